// What there is to list and to write. It changes only with the program, so each form is fetched once.

import { createContext } from 'svelte';
import { api } from './api';
import type { Fetched } from './fetched.svelte';
import { pick } from './i18n.svelte';
import type { Catalogue, Form, Kind } from './rows';

export const [catalogueOf, setCatalogue] = createContext<Fetched<Catalogue>>();

const forms = new Map<Kind, Promise<Form>>();

/** The form of a kind. */
export function formOf(kind: Kind): Promise<Form> {
  let form = forms.get(kind);
  if (!form) {
    form = api.form(kind, { doing: 'page' });
    // What failed is asked again.
    form.catch(() => forms.delete(kind));
    forms.set(kind, form);
  }
  return form;
}

/** What a kind is called; its word as long as the catalogue is on its way. */
export function kindName(catalogue: Catalogue | null, kind: Kind): string {
  const kinds = catalogue?.groups.flatMap((group) => group.kinds) ?? [];
  const found = kinds.find((one) => one.kind === kind);
  return found ? pick(found.label) : kind;
}
