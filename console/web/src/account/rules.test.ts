import { describe, expect, it } from 'vitest';

import { passwordRules } from './rules';

const unmet = (user: string, password: string, again = password) =>
  passwordRules(user, password, again)
    .filter((rule) => !rule.met)
    .map((rule) => rule.text);

describe('passwordRules', () => {
  it('lets a sentence through', () => expect(unmet('ann', 'the tank is full')).toEqual([]));
  it('counts characters', () => expect(unmet('ann', 'elevenchars')).toEqual(['At least 12 characters']));
  it('sees the user name in any spelling', () =>
    expect(unmet('ann', 'My name is ANN, hello')).toEqual(['Does not contain the user name']));
  it('sees a slip of the finger', () =>
    expect(unmet('ann', 'the tank is full', 'the tank is fulk')).toEqual(['Both entries are the same']));
});
