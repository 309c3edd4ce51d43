// What the table of conversations shows: its place in the address, and its API parameters.

export type SortKey =
  | 'client'
  | 'server'
  | 'packets'
  | 'bytes'
  | 'pdus'
  | 'gaps'
  | 'retransmissions'
  | 'first_seen'
  | 'last_seen';
const sortKeys: SortKey[] = [
  'client',
  'server',
  'packets',
  'bytes',
  'pdus',
  'gaps',
  'retransmissions',
  'first_seen',
  'last_seen',
];

export interface Filter {
  q: string;
  address: string;
  protocol: string;
  /** First seen within so many hours; 0 for whenever. */
  fresh: number;
  sort: SortKey;
  order: 'asc' | 'desc';
}

export const plainFilter: Filter = {
  q: '',
  address: '',
  protocol: '',
  fresh: 0,
  sort: 'last_seen',
  order: 'desc',
};

export function filterOf(parameters: URLSearchParams): Filter {
  const text = (name: string) => parameters.get(name) ?? '';
  return {
    q: text('q'),
    address: text('address'),
    protocol: text('protocol'),
    fresh: Math.max(0, Number(text('fresh')) || 0),
    sort: sortKeys.find((key) => key === text('sort')) ?? plainFilter.sort,
    order: text('order') === 'asc' ? 'asc' : 'desc',
  };
}

/** "#/conversations?..." with only what differs from the plain filter. */
export function fragmentOf(filter: Filter): string {
  const parameters = new URLSearchParams();
  for (const key of Object.keys(plainFilter) as (keyof Filter)[]) {
    if (filter[key] !== plainFilter[key]) parameters.set(key, String(filter[key]));
  }
  const search = parameters.toString();
  return search ? `#/conversations?${search}` : '#/conversations';
}

export const isFiltered = (filter: Filter) =>
  fragmentOf({ ...filter, sort: plainFilter.sort, order: plainFilter.order }) !== '#/conversations';

/** An address as far as it is typed is searched for; whole, it selects the station. */
const isWhole = (text: string) =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) ||
  /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text) ||
  (/^[0-9a-f:.]+$/i.test(text) && text.includes('::'));

/** The parameters of GET /conversations and of the export. */
export function apiParameters(filter: Filter, now: Date): Record<string, string> {
  const since = filter.fresh > 0 ? new Date(now.getTime() - filter.fresh * 3_600_000) : null;
  const address = filter.address.trim();
  const whole = isWhole(address);
  return {
    q: [filter.q.trim(), whole ? '' : address].filter(Boolean).join(' '),
    address: whole ? address : '',
    protocol: filter.protocol,
    new_since: since ? since.toISOString() : '',
    sort: filter.sort,
    order: filter.order,
  };
}
