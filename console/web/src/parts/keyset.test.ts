import { describe, expect, it } from 'vitest';

import { KeysetList, type Page } from './keyset.svelte';

interface Row {
  id: string;
  text?: string;
}
const numbered = (from: number, to: number): Row[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: String(from + index) }));

/** A server of `total` rows whose key is the next row's number; remembers what it was asked. */
function server(total: number) {
  const asked: [string, number][] = [];
  const fetch = async (after: string, limit: number): Promise<Page<Row>> => {
    asked.push([after, limit]);
    const from = Number(after || 0);
    const to = Math.min(total, from + limit);
    return { items: numbered(from, to), next: to < total ? String(to) : '', total };
  };
  return { fetch, asked };
}

describe('KeysetList', () => {
  it('reads one page, and more only as far as somebody looks', async () => {
    const { fetch, asked } = server(100_000);
    const list = new KeysetList<Row>(fetch);
    await list.restart();
    expect([list.rows.length, list.total, asked.length]).toEqual([100, 100_000, 1]);
    await list.reach(90);
    expect(asked.length).toBe(1);
    await list.reach(250);
    expect(asked.length).toBe(2);
    expect(list.rows[599]?.id).toBe('599');
  });

  it('asks for more when somebody looks further while a page is under way', async () => {
    const { fetch } = server(5000);
    const list = new KeysetList<Row>(fetch);
    await list.restart();
    const first = list.reach(200);
    void list.reach(3000);
    await first;
    expect(list.rows.length).toBeGreaterThanOrEqual(3000);
  });

  it('reads every page once, however often somebody scrolls meanwhile', async () => {
    const { fetch, asked } = server(20_000);
    const list: KeysetList<Row> = new KeysetList<Row>(async (after, limit) => {
      void list.reach(list.rows.length + 700);
      return fetch(after, limit);
    });
    await list.restart();
    await list.reach(20_000);
    expect(list.rows.length).toBe(20_000);
    expect(new Set(asked.map(([after]) => after)).size).toBe(asked.length);
  });

  it('reads on after a fresh start that came in the middle of reading', async () => {
    const { fetch } = server(3000);
    const list = new KeysetList<Row>(fetch);
    await list.restart();
    const old = list.reach(3000);
    await list.restart();
    await old;
    await list.reach(900);
    expect(list.rows.length).toBeGreaterThanOrEqual(900);
    expect(list.rows[899]?.id).toBe('899');
  });

  it('drops answers to what is no longer asked', async () => {
    const answers: ((page: Page<Row>) => void)[] = [];
    const list = new KeysetList<Row>(() => new Promise((resolve) => answers.push(resolve)));
    const old = list.restart();
    const fresh = list.restart();
    answers[1]?.({ items: [{ id: 'new' }], next: '', total: 1 });
    answers[0]?.({ items: [{ id: 'old' }], next: '', total: 1 });
    await Promise.all([old, fresh]);
    expect(list.rows.map((row) => row.id)).toEqual(['new']);
  });

  it('shows a row once that moved from one page to the next', async () => {
    const pages: Page<Row>[] = [
      { items: numbered(0, 3), next: 'x', total: 5 },
      { items: numbered(2, 5), next: '', total: 5 },
    ];
    const list = new KeysetList<Row>(async () => pages.shift() as Page<Row>);
    await list.restart();
    await list.reach(5);
    expect(list.rows.map((row) => row.id)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('keeps what it has when the console is away, and says so', async () => {
    const { fetch } = server(300);
    let away = false;
    const list = new KeysetList<Row>((after, limit) =>
      away ? Promise.reject(new Error('gone')) : fetch(after, limit),
    );
    await list.restart();
    away = true;
    await list.reach(300);
    expect(list.rows.length).toBe(100);
    expect(list.problem?.message).toContain('gone');
  });

  it('replaces a row in its place only', async () => {
    const list = new KeysetList<Row>(server(10).fetch);
    await list.restart();
    expect(list.replace({ id: '4', text: 'changed' })).toBe(true);
    expect(list.rows[4]?.text).toBe('changed');
    expect(list.replace({ id: 'unknown' })).toBe(false);
  });
});
