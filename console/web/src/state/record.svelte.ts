// Whether the record behind the page can be read. While it can not, an empty list means nothing.
import { get, onUnavailable } from '../api/client';
import { Problem } from '../api/problem';
import type { Health } from '../api/types';
import { live } from './live.svelte';

const retryMs = 5000;

class RecordState {
  /** Why it can not be read; "" while it can. */
  problem = $state('');

  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    // Told rather than asked again and again: asking would keep an unused session from ending.
    live.hear((event) => {
      if (event.name === 'health' || event.name === 'reset') void this.look();
    });
    onUnavailable((problem) => {
      this.problem = problem.detail || problem.title;
      // It may have been this one answer, which no event takes back.
      clearTimeout(this.retry);
      this.retry = setTimeout(() => void this.look(), retryMs);
    });
  }

  async look(): Promise<void> {
    try {
      this.take((await get<Health>('/health')).data);
    } catch (error) {
      // Unavailable is told by the handler above; of anything else the record is not to blame.
      if (!(error instanceof Problem)) throw error;
    }
  }

  take(health: Health): void {
    clearTimeout(this.retry);
    this.problem = health.problem;
  }
}

export const record = new RecordState();
