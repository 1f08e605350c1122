import { AuthError, createAuthClient, errorOf } from '@latchkey-go/client';
import type { AuthClient } from '@latchkey-go/client';
import type { Config } from './config';
import { leftLists } from './leftLists';
import { passwordDue } from './passwordDue';

/** A person, as the server tells it. */
export interface User {
  id: string;
  username: string;
  /** May be empty. */
  name: string;
  created_at: string;
  /** What the person may do besides signing in, such as `admin`. */
  scopes: string[];
  /** Nothing else is possible until the person has chosen a new password. */
  must_change_password: boolean;
}

/** Whether a person looks after the accounts of others. The server has the last word. */
export const isAdmin = (user: User): boolean => user.scopes.includes('admin');

/** What to call a person. */
export const callName = (user: Pick<User, 'name' | 'username'>): string =>
  user.name || user.username;

// How long somebody has to say that they are still there.
const secondsToAnswer = 60;

export function createClient({ csrf_cookie, idle_seconds }: Config): AuthClient<User> {
  const client = createAuthClient<User>({
    csrf: { cookie: csrf_cookie },
    ...(idle_seconds > 0 && {
      idle: {
        timeout: (idle_seconds + secondsToAnswer) * 1000,
        warn: secondsToAnswer * 1000,
      },
    }),
  });
  for (const event of ['signedIn', 'signedOut', 'expired'] as const) {
    client.on(event, () => {
      passwordDue.set(false);
      leftLists.clear();
    });
  }
  return client;
}

/** Calls the API with the person's credentials. Rejects with an AuthError unless it succeeds. */
export async function call<T>(
  auth: AuthClient<User>,
  path: string,
  method = 'GET',
  body?: object,
): Promise<T> {
  if (method !== 'GET') leftLists.clear();
  const response = await auth.fetch(path, {
    method,
    headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    const error = await errorOf(response);
    if (error.code === 'password_change_required') passwordDue.set(true);
    throw error;
  }
  return (await response.json()) as T;
}

/** The words for an error that no form field is to blame for. */
export function describe(error: unknown): string {
  if (!(error instanceof AuthError))
    return 'Something went wrong on this page. Reload it and try again.';
  const { code, message, retryAfter, status } = error;
  // Without a code it is not the server that answers but a proxy in front of it.
  const gone = status >= 500 && !code && 'The server cannot answer at the moment.';
  if (retryAfter <= 0) return gone ? `${gone} Try again in a minute.` : message;
  const what = gone || (refusals[code] ?? message);
  return `${what} Try again in about ${waiting(retryAfter)}.`;
}

// Without the waiting time that the server's own words have.
const refusals: Partial<Record<string, string>> = {
  throttled: 'Too many attempts.',
  busy: 'Too many people are signing in at this moment.',
  unavailable: 'Sign-in is not available at the moment.',
};

function waiting(seconds: number): string {
  if (seconds === 1) return 'a second';
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
