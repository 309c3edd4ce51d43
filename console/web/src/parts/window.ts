// Which rows of a long table exist as elements at a scroll position.

export interface RowWindow {
  first: number;
  /** Exclusive. */
  end: number;
}

const spare = 8;

export function rowWindow(scrollTop: number, height: number, row: number, total: number): RowWindow {
  if (row <= 0 || total <= 0) return { first: 0, end: 0 };
  const first = Math.max(0, Math.min(total - 1, Math.floor(scrollTop / row)) - spare);
  const end = Math.min(total, Math.ceil((scrollTop + height) / row) + spare);
  return { first, end: Math.max(first, end) };
}
