// What a director has typed to find: kept while going to a detail and back, never in the address, gone with the session.

class Lists {
  residents = $state('');
  matters = $state('');

  forget(): void {
    this.residents = '';
    this.matters = '';
  }
}

export const lists = new Lists();
