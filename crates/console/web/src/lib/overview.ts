// The figures that the frame fetches once for all pages.

import { createContext } from 'svelte';
import type { Fetched } from './fetched.svelte';
import type { Overview } from './rows';

export const [overviewOf, setOverview] = createContext<Fetched<Overview>>();
