// The words and marks of states, outcomes and determinations.
import type { Status } from '../api/types';

export const statusWords: Record<Status, string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  evaluating: 'Evaluating',
  closed: 'Closed',
};

export const statusMarks: Record<Status, string> = {
  open: '●',
  acknowledged: '◐',
  evaluating: '◑',
  closed: '✓',
};

export const categoryWords: Record<string, string> = {
  application: 'Application safety',
  control: 'Control safety',
  device: 'Device safety',
};

export const determinations: [string, string][] = [
  ['malicious', 'Malicious'],
  ['policy_breach', 'Policy breach'],
  ['authorised_work', 'Authorised work'],
  ['normal_learned', 'Normal, learned'],
  ['decoder_error', 'Decoder error'],
  ['test', 'Test'],
  ['undetermined', 'Undetermined'],
];

export const determinationWord = (value: string) =>
  determinations.find(([key]) => key === value)?.[1] ?? value;

interface OutcomeWords {
  mark: string;
  word: string;
  /** What it means for the plant, one sentence. */
  meaning: string;
  tone: 'bad' | 'good' | 'plain';
}

const outcomes: Record<string, OutcomeWords> = {
  accepted: {
    mark: '✓',
    word: 'Accepted',
    meaning: 'The device confirmed the command: it took effect.',
    tone: 'bad',
  },
  refused: {
    mark: '✕',
    word: 'Refused',
    meaning: 'The device refused the command: it did not take effect.',
    tone: 'good',
  },
  unanswered: {
    mark: '…',
    word: 'Unanswered',
    meaning: 'No answer before the deadline. It may have taken effect.',
    tone: 'plain',
  },
  unseen: {
    mark: '?',
    word: 'Answer not seen',
    meaning: 'The answer could not be captured. Whether it took effect is not known.',
    tone: 'plain',
  },
  pending: {
    mark: '…',
    word: 'Waiting for the answer',
    meaning: 'The request is on its way; the answer or its deadline follows.',
    tone: 'plain',
  },
};

/** Null for "" and for what is no outcome. */
export const outcomeWords = (kind: string): OutcomeWords | null => outcomes[kind] ?? null;
