import { AuthError, createAuthClient, errorOf } from '@latchkey-go/client';
import type { AuthClient } from '@latchkey-go/client';
import type { Config } from './config';

/** A person, as the server tells it. */
export interface User {
  id: string;
  username: string;
  /** May be empty. */
  name: string;
  created_at: string;
}

/** What to call a person. */
export const callName = (user: User): string => user.name || user.username;

// How long somebody has to say that they are still there.
const secondsToAnswer = 60;

export function createClient({ csrf_cookie, idle_seconds }: Config): AuthClient<User> {
  return createAuthClient<User>({
    csrf: { cookie: csrf_cookie },
    ...(idle_seconds > 0 && {
      idle: {
        timeout: (idle_seconds + secondsToAnswer) * 1000,
        warn: secondsToAnswer * 1000,
      },
    }),
  });
}

/** Calls the API with the person's credentials. Rejects with an AuthError unless it succeeds. */
export async function call<T>(auth: AuthClient<User>, path: string, method = 'GET'): Promise<T> {
  const response = await auth.fetch(path, { method, headers: { Accept: 'application/json' } });
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as T;
}

/** The words for an error that no form field is to blame for. */
export function describe(error: unknown): string {
  if (!(error instanceof AuthError))
    return 'Something went wrong on this page. Reload it and try again.';
  if (error.retryAfter > 0) return `${error.message} Try again in ${waiting(error.retryAfter)}.`;
  return error.message;
}

function waiting(seconds: number): string {
  if (seconds === 1) return '1 second';
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
