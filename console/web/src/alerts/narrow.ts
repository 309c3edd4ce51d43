// Changing the filter means changing the address: the table follows it, and a reload keeps it.
import { route } from '../state/route.svelte';
import { type Filter, fragmentOf } from './filter';

const typingMs = 250;
let timer: ReturnType<typeof setTimeout> | undefined;

export function narrow(filter: Filter, change: Partial<Filter>): void {
  clearTimeout(timer);
  route.replace(fragmentOf({ ...filter, ...change }));
}

/** For what is typed: asks once the typing pauses. */
export function narrowSoon(filter: Filter, change: Partial<Filter>): void {
  clearTimeout(timer);
  timer = setTimeout(() => narrow(filter, change), typingMs);
}

export const valueOf = (event: Event) =>
  (event.currentTarget as HTMLInputElement | HTMLSelectElement).value;
