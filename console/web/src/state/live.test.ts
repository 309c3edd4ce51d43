import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { live, type LiveEvent } from './live.svelte';

class FakeSource {
  static CLOSED = 2;
  static made: FakeSource[] = [];
  readyState = 0;
  onopen: () => void = () => {};
  onerror: () => void = () => {};
  handlers = new Map<string, (event: { data: string }) => void>();
  constructor(readonly url: string) {
    FakeSource.made.push(this);
  }
  addEventListener(name: string, handler: (event: { data: string }) => void) {
    this.handlers.set(name, handler);
  }
  close() {
    this.readyState = FakeSource.CLOSED;
  }
}
const source = () => FakeSource.made.at(-1) as FakeSource;

let heard: LiveEvent[];
let deaf: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
  FakeSource.made = [];
  heard = [];
  deaf = live.hear((event) => heard.push(event));
  live.start();
});
afterEach(() => {
  deaf();
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the event stream', () => {
  it('tells listeners to look again after every interruption', () => {
    source().onopen();
    source().onerror();
    expect(live.state).toBe('waiting');
    source().onopen();
    expect(live.state).toBe('live');
    expect(heard.map((event) => event.name)).toEqual(['reset', 'reset']);
  });

  it('starts anew when the browser gave up', () => {
    source().readyState = FakeSource.CLOSED;
    source().onerror();
    vi.advanceTimersByTime(5000);
    expect(FakeSource.made.length).toBe(2);
  });

  it('stays off after signing out', () => {
    source().readyState = FakeSource.CLOSED;
    source().onerror();
    live.stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made.length).toBe(1);
    expect(live.state).toBe('off');
  });

  it('survives data that is no JSON', () => {
    source().handlers.get('alert')?.({ data: '{' });
    expect(heard).toEqual([{ name: 'alert', data: {} }]);
  });
});
