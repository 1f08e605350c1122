import { describe, expect, it } from 'vitest';
import { actorOf, dayStart, tellAdmin } from '../src/admin/words';

const record = {
  number: 1,
  at: '2026-03-01T12:00:00Z',
  kind: 'signed_in',
  reason: '',
  user_id: 'u1',
  username: 'ada',
  actor: '',
  actor_username: '',
  address: '',
  device: '',
};

describe('a record of the audit trail', () => {
  it.each([
    [{ kind: 'signed_in' }, 'Signed in'],
    [{ kind: 'user_deleted' }, 'Account deleted'],
    [
      { kind: 'sign_up_refused', reason: 'username_taken' },
      'Sign-up refused: the username is taken',
    ],
    [{ kind: 'sign_up_refused', reason: 'valueOf' }, 'Sign-up refused'],
    [{ kind: 'session_ended', reason: 'idle' }, 'Signed out after a while away'],
  ])('%j is in plain words', (part, words) => {
    expect(tellAdmin({ ...record, ...part })).toBe(words);
  });

  it.each([
    [{ actor: 'cli' }, 'an operator at the command line'],
    [{ actor: 'cli:root' }, 'root at the command line'],
    [{ actor: 'a1', actor_username: 'grace' }, 'grace'],
    [{ actor: 'client-7' }, 'client-7'],
  ])('%j names who did it', (part, words) => {
    expect(actorOf({ ...record, ...part })).toBe(words);
  });
});

describe('a day', () => {
  it('begins at midnight of this place', () => {
    expect(dayStart('2026-03-01')).toBe(new Date(2026, 2, 1).toISOString());
    expect(dayStart('2026-12-31', 1)).toBe(new Date(2027, 0, 1).toISOString());
  });
  it.each(['', 'yesterday', '2026-3-1'])('%j is none', (text) => {
    expect(dayStart(text)).toBe('');
  });
});
