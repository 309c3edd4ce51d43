// The event stream: resumable, reconnecting, and honest about when it is not there.
import { address } from '../api/client';

export type EventName = 'alert' | 'alert_update' | 'triage' | 'evidence' | 'health' | 'reset';
export interface LiveEvent {
  name: EventName;
  data: Record<string, unknown>;
}

const names: EventName[] = ['alert', 'alert_update', 'triage', 'evidence', 'health', 'reset'];
const retryMs = 5000;

class Live {
  /** `off` before signing in, `waiting` while there is no connection. */
  state = $state<'off' | 'live' | 'waiting'>('off');

  private source: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private listeners = new Set<(event: LiveEvent) => void>();

  start(): void {
    this.stop();
    this.state = 'waiting';
    const source = new EventSource(address('/events'));
    this.source = source;
    source.onopen = () => {
      // A fresh connection (not a resumed one) may have missed something: whoever lists, looks again.
      if (this.state === 'waiting') this.tell({ name: 'reset', data: {} });
      this.state = 'live';
    };
    source.onerror = () => {
      this.state = 'waiting';
      // The browser resumes by itself unless the answer was an error; then it has closed for good.
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(this.retry);
        this.retry = setTimeout(() => this.start(), retryMs);
      }
    };
    for (const name of names) {
      source.addEventListener(name, (event) => this.tell({ name, data: parsed(event.data) }));
    }
  }

  stop(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
    this.state = 'off';
  }

  /** Returns how to stop hearing. */
  hear(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function parsed(text: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(text));
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export const live = new Live();
