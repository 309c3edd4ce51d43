// A long list read page after page by key, filled only as far as somebody looks.
import { asProblem, type Problem } from '../api/problem';

export interface Page<T> {
  items: T[];
  /** The key to ask for the next page with; empty at the end. */
  next: string;
  total: number;
}
export type Fetch<T> = (after: string, limit: number, signal: AbortSignal) => Promise<Page<T>>;

const firstPage = 100;
const laterPage = 500;
/** The most the API gives at once: for whoever drags the scroll bar far ahead. */
const farPage = 1000;

export class KeysetList<T extends { id: string }> {
  /** Raised whenever `rows` changed: reading it makes a view follow. */
  version = $state(0);
  total = $state(0);
  loading = $state(false);
  problem = $state.raw<Problem | null>(null);
  loaded = $state(false);
  rows: T[] = [];

  private at = new Map<string, number>();
  private next = '';
  private reading = false;
  private wanted = 0;
  private abort = new AbortController();
  private fetch: Fetch<T>;

  constructor(fetch: Fetch<T>) {
    this.fetch = fetch;
  }

  /** Starts again from the first page; answers still under way are dropped. */
  async restart(): Promise<void> {
    this.abort.abort();
    this.abort = new AbortController();
    this.loading = false;
    this.reading = false;
    this.wanted = 0;
    this.problem = null;
    await this.load('', firstPage, true);
  }

  /** Sees to it that rows up to `end` (exclusive) get loaded; cheap to call on every scroll. */
  async reach(end: number): Promise<void> {
    this.wanted = Math.min(Math.max(this.wanted, end), this.total);
    // Keys follow one another: two readers at once would read the same pages.
    if (this.reading || this.loading || !this.loaded) return;
    const { signal } = this.abort;
    this.reading = true;
    while (!signal.aborted && this.rows.length < this.wanted && this.next && !this.problem) {
      const far = this.wanted - this.rows.length > 2 * laterPage;
      await this.load(this.next, far ? farPage : laterPage, false);
    }
    if (!signal.aborted) this.reading = false;
  }

  has(id: string): boolean {
    return this.at.has(id);
  }

  indexOf(id: string): number {
    return this.at.get(id) ?? -1;
  }

  /** Puts a newer state of a row in its place; false when it is not loaded. */
  replace(row: T): boolean {
    const index = this.at.get(row.id);
    if (index === undefined) return false;
    this.rows[index] = row;
    this.version += 1;
    return true;
  }

  private async load(after: string, limit: number, fresh: boolean): Promise<void> {
    const { signal } = this.abort;
    this.loading = true;
    try {
      const page = await this.fetch(after, limit, signal);
      if (signal.aborted) return;
      if (fresh) {
        this.rows = [];
        this.at.clear();
      }
      for (const item of page.items) {
        // A row that moved between two pages while we read comes twice: the first place stays.
        if (this.at.has(item.id)) continue;
        this.at.set(item.id, this.rows.length);
        this.rows.push(item);
      }
      this.next = page.next;
      this.total = page.next ? Math.max(page.total, this.rows.length) : this.rows.length;
      this.loaded = true;
      this.problem = null;
      this.version += 1;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = asProblem(error);
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  }
}
