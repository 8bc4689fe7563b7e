// The time of day, for what says «3 minutes ago».

class Now {
  ms = $state(Date.now());

  constructor() {
    setInterval(() => (this.ms = Date.now()), 20_000);
  }
}

export const now = new Now();
