// What the table shows: the filter bar's state, its place in the address, and its API parameters.
import { severities, type SeverityWord } from '../api/types';

export type SortKey = 'severity' | 'first_seen' | 'last_seen' | 'count' | 'kind' | 'status';
const sortKeys: SortKey[] = ['severity', 'first_seen', 'last_seen', 'count', 'kind', 'status'];

export interface Filter {
  q: string;
  severity: SeverityWord[];
  status: string;
  held: boolean;
  category: string;
  kind: string;
  source: string;
  target: string;
  /** How far back, in hours; 0 for everything. */
  hours: number;
  sort: SortKey;
  order: 'asc' | 'desc';
}

export const plainFilter: Filter = {
  q: '',
  severity: [],
  status: '',
  held: false,
  category: '',
  kind: '',
  source: '',
  target: '',
  hours: 0,
  sort: 'last_seen',
  order: 'desc',
};

export function filterOf(parameters: URLSearchParams): Filter {
  const text = (name: string) => parameters.get(name) ?? '';
  const chosen = text('severity').split(',');
  const sort = sortKeys.find((key) => key === text('sort')) ?? plainFilter.sort;
  return {
    q: text('q'),
    severity: severities.filter((severity) => chosen.includes(severity)),
    status: text('status'),
    held: text('held') === 'true',
    category: text('category'),
    kind: text('kind'),
    source: text('source'),
    target: text('target'),
    hours: Math.max(0, Number(text('hours')) || 0),
    sort,
    order: text('order') === 'asc' ? 'asc' : 'desc',
  };
}

/** "#/alerts?..." with only what differs from the plain filter. */
export function fragmentOf(filter: Filter): string {
  const parameters = new URLSearchParams();
  for (const key of Object.keys(plainFilter) as (keyof Filter)[]) {
    const value = String(filter[key]);
    if (value !== String(plainFilter[key])) parameters.set(key, value);
  }
  const search = parameters.toString();
  return search ? `#/alerts?${search}` : '#/alerts';
}

export const isFiltered = (filter: Filter) =>
  fragmentOf({ ...filter, sort: plainFilter.sort, order: plainFilter.order }) !== '#/alerts';

/** The parameters of GET /alerts and of the export. */
export function apiParameters(filter: Filter, now: Date): Record<string, string> {
  const from = filter.hours > 0 ? new Date(now.getTime() - filter.hours * 3_600_000) : null;
  return {
    q: filter.q.trim(),
    severity: filter.severity.join(','),
    status: filter.status,
    held: filter.held ? 'true' : '',
    category: filter.category,
    kind: filter.kind.trim().toUpperCase(),
    source: filter.source.trim(),
    target: filter.target.trim(),
    from: from ? from.toISOString() : '',
    sort: filter.sort,
    order: filter.order,
  };
}
