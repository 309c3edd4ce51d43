// Errors as people read them: RFC 9457 problem documents, or what stands in for one.

export class Problem extends Error {
  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** The problem's own type, e.g. "about:blank". */
    readonly type = 'about:blank',
  ) {
    super(detail ? `${title}: ${detail}` : title);
    this.name = 'Problem';
  }
}

/** The sentences about single members ("errors": [{field, detail}]), one after the other. */
function memberSentences(errors: unknown): string {
  if (!Array.isArray(errors)) return '';
  return errors
    .map((error: unknown) => (error as { detail?: unknown } | null)?.detail)
    .filter((detail): detail is string => typeof detail === 'string' && detail !== '')
    .join(' ');
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** Never throws: an answer that is no problem document still becomes a sentence. */
export async function problemFrom(response: Response): Promise<Problem> {
  const fallback = `The console answered ${response.status}`;
  try {
    const body: unknown = await response.json();
    if (body !== null && typeof body === 'object') {
      const { title, detail, type, errors } = body as Record<string, unknown>;
      const members = memberSentences(errors);
      // A refusal of one member says the same in both places.
      const whole = members.includes(text(detail)) ? members : `${text(detail)} ${members}`;
      return new Problem(response.status, text(title) || fallback, whole.trim(), text(type));
    }
  } catch {
    // Not JSON: a proxy's page, or nothing at all.
  }
  return new Problem(response.status, fallback, response.statusText);
}

export const unreachable = () =>
  new Problem(0, 'The console does not answer', 'The page keeps what it has and tries again.');

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, 'Something in this page failed', error instanceof Error ? error.message : '');
}
