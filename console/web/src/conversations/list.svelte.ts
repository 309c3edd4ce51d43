// The state of the table of conversations, kept while another view is open.
import { get, query } from '../api/client';
import type { Conversation } from '../api/types';
import { KeysetList, type Page } from '../parts/keyset.svelte';
import { apiParameters, type Filter, plainFilter } from './filter';

class ConversationList {
  filter = $state.raw<Filter>(plainFilter);
  cursor = $state(0);
  scrollTop = 0;
  /** Whether the one under the cursor is shown whole. */
  open = $state(false);
  /** Whether any that was read is of another realm than the main one. */
  realms = $state(false);

  list = new KeysetList<Conversation>((after, limit, signal) => this.page(after, limit, signal));

  private asOf = new Date();

  /** Shows what this filter selects; a no-op when it is shown already. */
  show(filter: Filter): void {
    if (this.list.loaded && JSON.stringify(filter) === JSON.stringify(this.filter)) return;
    this.filter = filter;
    this.refresh();
  }

  refresh(): void {
    this.asOf = new Date();
    this.cursor = 0;
    this.scrollTop = 0;
    this.open = false;
    void this.list.restart();
  }

  forget(): void {
    this.list.rows = [];
    this.list.loaded = false;
    this.realms = false;
    this.open = false;
  }

  exportAddress(format: 'csv' | 'json'): string {
    return `/conversations/export${query({ format, ...apiParameters(this.filter, this.asOf) })}`;
  }

  private async page(
    after: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<Page<Conversation>> {
    const parameters = { after, limit, ...apiParameters(this.filter, this.asOf) };
    const { data } = await get<Page<Conversation>>(`/conversations${query(parameters)}`, signal);
    this.realms ||= data.items.some((item) => item.realm !== '');
    return data;
  }
}

export const conversations = new ConversationList();
