// The address of a page is the part behind the hash: it needs no help from the server and works below any prefix.
// Only opaque ids and page numbers stand in it, never what a director looks for.

export interface Address {
  page: string;
  id: string;
  params: URLSearchParams;
}

function parse(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', id = ''] = path.split('/');
  return { page: page || 'overview', id: decodeURIComponent(id), params: new URLSearchParams(search) };
}

class Router {
  now = $state.raw<Address>(parse(location.hash));

  /** How each page was left, so that the way back from a detail leads to the same place in its list. */
  #left: Record<string, string> = {};

  constructor() {
    addEventListener('hashchange', () => {
      const { page, id, params } = this.now;
      this.#left[`${page}/${id}`] = href(page, id, Object.fromEntries(params));
      this.now = parse(location.hash);
    });
  }

  back(page: string, id = ''): string {
    return this.#left[`${page}/${id}`] ?? href(page, id);
  }

  /** Changes parameters of the address without a new entry in the browser's history. */
  tune(params: Record<string, string>): void {
    const next = new URLSearchParams(this.now.params);
    for (const [name, value] of Object.entries(params)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const { page, id } = this.now;
    history.replaceState(null, '', href(page, id, Object.fromEntries(next)));
    this.now = { page, id, params: next };
  }
}

/** The page of a record. */
export function recordHref(record: string): string {
  return href('record', record);
}

export function href(page: string, id = '', params: Record<string, string> = {}): string {
  const search = new URLSearchParams(params).toString();
  return `#/${page}${id && `/${id}`}${search && `?${search}`}`;
}

export const router = new Router();
