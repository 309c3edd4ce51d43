import { describe, expect, it } from 'vitest';

import { asProblem, problemFrom } from './problem';

const from = (status: number, body: string) => problemFrom(new Response(body, { status }));

describe('problemFrom', () => {
  it('reads what is wrong with each member', async () => {
    const problem = await from(
      422,
      JSON.stringify({
        title: 'The request can not be used',
        detail: '',
        errors: [{ field: 'text', detail: 'It needs a reason.' }, { field: 'ids', detail: 'None.' }],
      }),
    );
    expect([problem.status, problem.title, problem.detail]).toEqual([
      422,
      'The request can not be used',
      'It needs a reason. None.',
    ]);
  });

  it('does not say the same twice', async () => {
    const detail = 'The password needs at least 12 characters.';
    const problem = await from(422, JSON.stringify({ title: 'No', detail, errors: [{ detail }] }));
    expect(problem.detail).toBe(detail);
  });

  it.each(['<html>Bad gateway</html>', '', '[]', 'null', '{"errors":[null,{"detail":3}]}'])(
    'makes a sentence of %s',
    async (body) => {
      const problem = await from(502, body);
      expect(problem.title).toContain('502');
    },
  );
});

describe('asProblem', () => {
  it('keeps what went wrong in the page readable', () => {
    expect(asProblem(new TypeError('x is undefined')).detail).toBe('x is undefined');
    expect(asProblem('thrown text').title).not.toBe('');
  });
});
