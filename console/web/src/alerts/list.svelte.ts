// The table's state, kept while the card is open: filter, rows, cursor, selection, what is new.
import { call, get, query } from '../api/client';
import type { Alert, AlertRow, SeverityWord, Status } from '../api/types';
import { live, type LiveEvent } from '../state/live.svelte';
import { apiParameters, type Filter, plainFilter } from './filter';
import { KeysetList, type Page } from '../parts/keyset.svelte';

interface AlertPage extends Page<AlertRow> {
  open?: Partial<Record<SeverityWord, number>>;
}

/** New alerts arrive in bursts; one look at the list answers for all that came within this time. */
const settleMs = 250;

/** Rows read anew after one burst; more changed at once show when the list is read again. */
const reloadMost = 50;

class AlertList {
  filter = $state.raw<Filter>(plainFilter);
  cursor = $state(0);
  selected = $state.raw<ReadonlySet<string>>(new Set());
  /** How many match the filter now and are not in the table yet. */
  news = $state(0);
  /** Open alerts by severity, whatever the filter. */
  open = $state.raw<Partial<Record<SeverityWord, number>>>({});
  scrollTop = 0;

  list = new KeysetList<AlertRow>((after, limit, signal) => this.page(after, limit, signal));

  private timer: ReturnType<typeof setTimeout> | undefined;
  private stale = new Set<string>();
  private asOf = new Date();

  constructor() {
    live.hear((event) => this.hear(event));
  }

  /** Shows what this filter selects; a no-op when it is shown already. */
  show(filter: Filter): void {
    if (this.list.loaded && JSON.stringify(filter) === JSON.stringify(this.filter)) return;
    this.filter = filter;
    this.refresh();
  }

  refresh(): void {
    this.asOf = new Date();
    this.news = 0;
    this.cursor = 0;
    this.scrollTop = 0;
    this.selected = new Set();
    void this.list.restart();
  }

  forget(): void {
    this.list.rows = [];
    this.list.loaded = false;
    this.selected = new Set();
  }

  toggle(id: string): void {
    const next = new Set(this.selected);
    if (!next.delete(id)) next.add(id);
    this.selected = next;
  }

  selectAll(ids: string[]): void {
    this.selected = new Set(ids);
  }

  /** Puts what an action or an event changed into its row. */
  take(row: AlertRow): void {
    this.list.replace(row);
  }

  /** The id `step` rows from `id` in the table's order; "" at its ends. */
  neighbour(id: string, step: number): string {
    const index = this.list.indexOf(id);
    if (index < 0) return '';
    void this.list.reach(index + step + 2);
    return this.list.rows[index + step]?.id ?? '';
  }

  /** Whether closing these needs words: any of them is critical or high. */
  grave(ids: string[]): boolean {
    return ids.some((id) => {
      const severity = this.list.rows[this.list.indexOf(id)]?.severity;
      return severity === 'critical' || severity === 'high';
    });
  }

  isOpen(id: string): boolean {
    const triage = this.list.rows[this.list.indexOf(id)]?.triage;
    return triage !== undefined && (triage.status === 'open' || triage.recurred);
  }

  /** Shows a decision in its rows at once; they keep their places until the list is read again. */
  decided(ids: string[], { status, determination = '' }: BulkChange): void {
    for (const id of ids) {
      const row = this.list.rows[this.list.indexOf(id)];
      if (row) this.take({ ...row, triage: { ...row.triage, status, determination, recurred: false } });
    }
  }

  async reload(ids: Iterable<string>): Promise<void> {
    for (const id of ids) {
      try {
        const { data } = await get<{ alert: Alert }>(`/alerts/${id}`);
        this.take(data.alert);
      } catch {
        // Gone, or the console is away: the row stays as it was.
      }
    }
  }

  exportAddress(format: 'csv' | 'json'): string {
    return `/alerts/export${query({ format, ...apiParameters(this.filter, this.asOf) })}`;
  }

  private async page(after: string, limit: number, signal: AbortSignal): Promise<Page<AlertRow>> {
    const parameters = { after, limit, ...apiParameters(this.filter, this.asOf) };
    const { data } = await get<AlertPage>(`/alerts${query(parameters)}`, signal);
    this.open = data.open ?? {};
    return data;
  }

  private hear(event: LiveEvent): void {
    if (!this.list.loaded) return;
    const id = String(event.data.id ?? '');
    if (event.name === 'alert_update' || event.name === 'triage') {
      if (this.list.has(id)) this.stale.add(id);
    } else if (event.name !== 'alert' && event.name !== 'reset') {
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.settle(), settleMs);
  }

  private async settle(): Promise<void> {
    const stale = [...this.stale];
    this.stale.clear();
    try {
      const total = (await this.page('', 1, new AbortController().signal)).total;
      const empty = this.list.rows.length === 0;
      this.news = Math.max(0, total - this.list.total);
      // Nothing to lose the place in: show them.
      if (empty && total > 0) this.refresh();
    } catch {
      // The header says that the console is away.
    }
    await this.reload(stale.slice(0, reloadMost));
  }
}

export const alerts = new AlertList();

/** The gravest open alert, the newest of equals; "" when there is none. */
export async function gravestOpen(): Promise<string> {
  const parameters = { status: 'open', sort: 'severity', order: 'desc', limit: 1 };
  const { data } = await get<Page<AlertRow>>(`/alerts${query(parameters)}`);
  return data.items[0]?.id ?? '';
}

export interface BulkChange {
  status: Status;
  determination?: string;
  text?: string;
}

/** The most ids the API takes at once. */
const bulkMost = 1000;

export async function triageMany(ids: string[], change: BulkChange): Promise<void> {
  for (let from = 0; from < ids.length; from += bulkMost) {
    await call('POST', '/alerts/triage', { body: { ids: ids.slice(from, from + bulkMost), ...change } });
  }
}
