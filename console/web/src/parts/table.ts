// What a LongTable is told by its owner.

export interface Column<K extends string> {
  title: string;
  /** What sorts by it; without one the title is no button. */
  sort?: K;
  /** Numbers stand on the right. */
  right?: boolean;
  /** In words, where the title is short. */
  meaning?: string;
  /** The title is for screen readers only. */
  unseen?: boolean;
}

export interface Sorting<K extends string> {
  sort: K;
  order: 'asc' | 'desc';
}

/** Where the reader is in the table. */
export interface Place {
  cursor: number;
  scrollTop: number;
}
