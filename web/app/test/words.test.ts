import { describe, expect, it } from 'vitest';
import { AuthError } from '@latchkey-go/client';
import { describe as inWords } from '../src/auth';
import { isAlarming, tell } from '../src/happenings';
import { withNext } from '../src/next';
import { checkNewPassword, newPasswordHint } from '../src/password';
import { explain } from '../src/reasons';
import { ago } from '../src/time';

describe('ago', () => {
  const now = Date.parse('2026-03-04T12:00:00Z');
  it.each([
    ['2026-03-04T11:59:31Z', 'just now'],
    ['2026-03-04T12:00:20Z', 'just now'], // a clock that is a little ahead
    ['2026-03-04T11:58:30Z', '1 minute ago'],
    ['2026-03-04T10:30:00Z', '1 hour ago'],
    ['2026-03-03T11:00:00Z', 'yesterday'],
    ['2026-02-28T12:00:00Z', '4 days ago'],
    ['2026-03-06T12:00:00Z', 'in 2 days'],
  ])('%s is %s', (time, words) => {
    expect(ago(time, now)).toBe(words);
  });
});

describe('a new password', () => {
  const config = {
    sign_up: true,
    password_min_length: 15,
    dev: false,
    idle_seconds: 0,
    csrf_cookie: 'latchkey_csrf',
  };

  it.each([
    ['', 'Choose a password'],
    ['fourteen chars', 'Use at least 15 characters for the password; this has 14'],
    ['fifteen chars..', undefined],
    ['🔑'.repeat(14), 'Use at least 15 characters for the password; this has 14'],
    ['🔑'.repeat(15), undefined],
    ['e\u0301'.repeat(14), 'Use at least 15 characters for the password; this has 14'],
  ])('%j: %s', (password, msg) => {
    expect(checkNewPassword('new', password, config)).toEqual(msg ? [{ field: 'new', msg }] : []);
  });

  it('is described with the length that the server demands', () => {
    expect(newPasswordHint({ ...config, password_min_length: 8 })).toContain(
      'At least 8 characters',
    );
  });
});

describe('the reason a session ended', () => {
  it('is put into words', () => {
    expect(explain('idle')).toContain('You were away');
  });
  it.each(['', 'no_such_reason', 'toString', undefined, 7])('%j gets words too', (reason) => {
    expect(explain(reason)).toBe('To go on, sign in again.');
  });
});

describe('an error in words', () => {
  it.each([
    [
      new AuthError('Wait a second.', 'busy', { retryAfter: 1 }),
      'Too many people are signing in at this moment. Try again in about a second.',
    ],
    [
      new AuthError('Wait 30 seconds.', 'throttled', { retryAfter: 30 }),
      'Too many attempts. Try again in about 30 seconds.',
    ],
    [
      new AuthError('No database.', 'no_database', { retryAfter: 100 }),
      'No database. Try again in about 2 minutes.',
    ],
    [
      new AuthError('Sign-in is not available at the moment. Try again shortly.', 'unavailable', {
        status: 503,
        retryAfter: 1,
      }),
      'Sign-in is not available at the moment. Try again in about a second.',
    ],
    [
      new AuthError('Something went wrong. Try again.', '', { status: 502 }),
      'The server cannot answer at the moment. Try again in a minute.',
    ],
    [
      new AuthError('Something went wrong. Try again.', '', { status: 503, retryAfter: 30 }),
      'The server cannot answer at the moment. Try again in about 30 seconds.',
    ],
    [new AuthError('Wrong.', 'invalid_credentials'), 'Wrong.'],
    [new Error('x'), 'Something went wrong on this page. Reload it and try again.'],
  ])('%s', (error, words) => {
    expect(inWords(error)).toBe(words);
  });
});

describe('what happened', () => {
  it.each([
    [{ kind: 'signed_in' }, 'Signed in', false],
    [{ kind: 'sign_in_failed', reason: 'wrong_password' }, 'Sign-in failed: wrong password', true],
    [{ kind: 'sign_in_failed', reason: 'constructor' }, 'Sign-in failed', true],
    [{ kind: 'session_ended', reason: 'sign_out' }, 'Signed out', false],
    [
      { kind: 'session_ended', reason: 'reuse' },
      'Signed out for safety: an old copy of the sign-in was used',
      true,
    ],
    [{ kind: 'scope_granted', reason: 'admin' }, 'Permission given: admin', false],
    [{ kind: 'invoice_paid' }, 'invoice paid', false], // a word of the program's own
    [{ kind: 'toString' }, 'toString', false],
  ])('%j is in plain words', (happening, words, alarming) => {
    expect(tell(happening)).toBe(words);
    expect(isAlarming(happening)).toBe(alarming);
  });
});

it('the page to return to is added unless it is the home page', () => {
  expect(withNext('/sign-in', '/profile?tab=2')).toBe('/sign-in?next=%2Fprofile%3Ftab%3D2');
  expect(withNext('/sign-in', '/')).toBe('/sign-in');
});
