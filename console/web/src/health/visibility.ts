// What of stations and zones was not seen, put in order: the blindest first.
import { get, query } from '../api/client';
import type { Visibility } from '../api/types';

export interface Seen {
  hosts: Visibility[];
  zones: Visibility[];
}

/** Pages read at once: more stations than a page of Health can show anyway. */
const pagesMost = 10;

export async function readVisibility(): Promise<Seen> {
  const hosts: Visibility[] = [];
  let zones: Visibility[] = [];
  let after = '';
  for (let page = 0; page < pagesMost; page += 1) {
    const answer = await get<Seen & { next: string }>(`/visibility${query({ after, limit: 1000 })}`);
    hosts.push(...answer.data.hosts);
    zones = answer.data.zones;
    after = answer.data.next;
    if (!after) break;
  }
  return { hosts, zones };
}

/** Hours without traffic since it was first seen. */
export const silent = (one: Visibility) => Math.max(0, one.hours - one.hours_seen);

/** A share of what was missed, 0 to 100: the worst of all ways to miss something. */
function blindness(one: Visibility): number {
  const lost = one.packets > 0 ? Math.min(100, (100 * one.gaps) / one.packets) : 0;
  return Math.max(
    one.one_way_percent,
    one.truncated_percent,
    one.encrypted_percent,
    one.unknown_percent,
    lost,
    one.hours > 0 ? (100 * silent(one)) / one.hours : 0,
  );
}

/** Those of which something was missed, the blindest first. */
export function blind(all: Visibility[]): Visibility[] {
  return all
    .map((one) => ({ one, share: blindness(one) }))
    .filter(({ one, share }) => share > 0 || one.gaps > 0)
    .sort((a, b) => b.share - a.share || b.one.gaps - a.one.gaps)
    .map(({ one }) => one);
}

/** "84 %"; "" for nothing, and for what there is no share of. */
export const percent = (share: number) => (share > 0 ? `${share} %` : '');
