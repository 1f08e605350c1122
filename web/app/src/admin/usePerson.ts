import { useCallback, useState } from 'react';
import { AuthError } from '@latchkey-go/client';
import { useAuthClient } from '@latchkey-go/client/react';
import { call, describe } from '../auth';
import type { User } from '../auth';
import { useAnswer } from '../useAnswer';
import type { Answer } from '../useAnswer';
import type { PersonDetail } from './types';

/** What a change answers with: the user as they now are, or something of its own. */
interface Changed {
  user?: PersonDetail;
}

export interface Change<T> {
  /** Below the user's path, such as `disable`. */
  path: string;
  method?: 'POST' | 'PUT';
  body?: object;
  /** What to say when it is done. */
  done: (answer: T) => string;
}

export interface PersonState {
  answer: Answer<PersonDetail>;
  again: () => void;
  /** The path of the change under way; empty if none is. */
  busy: string;
  done: string;
  problem: string;
  /** Grows with every change: what depends on the user is asked for again. */
  changes: number;
  /** Makes a change. Undefined if it was refused; `problem` then says why. */
  change: <T extends object>(change: Change<T>) => Promise<T | undefined>;
}

/** One user, and how to change them. */
export function usePerson(id: string): PersonState {
  const client = useAuthClient<User>();
  const at = `/api/v1/admin/users/${encodeURIComponent(id)}`;
  const ask = useCallback(async () => {
    return (await call<{ user: PersonDetail }>(client, at)).user;
  }, [client, at]);
  const { answer, again, put } = useAnswer(ask);
  const [state, setState] = useState({ busy: '', done: '', problem: '', changes: 0 });

  async function change<T extends object>(wanted: Change<T>): Promise<T | undefined> {
    if (state.busy) return undefined;
    const { path, method = 'POST', body, done } = wanted;
    setState(({ changes }) => ({ busy: path, done: '', problem: '', changes }));
    try {
      const result = await call<T & Changed>(client, `${at}/${path}`, method, body);
      if (result.user) put(result.user);
      else again();
      setState((now) => ({ ...now, busy: '', done: done(result), changes: now.changes + 1 }));
      return result;
    } catch (error) {
      // Whatever stood in the way, it shows in the user as they are now.
      if (error instanceof AuthError && error.status === 409) again();
      setState((now) => ({ ...now, busy: '', problem: refusal(error) }));
      return undefined;
    }
  }

  return { answer, again, change, ...state };
}

function refusal(error: unknown): string {
  if (!(error instanceof AuthError)) return describe(error);
  if (error.code === 'not_fresh')
    return 'Nothing was changed. For this you are asked for your own password first.';
  const [field] = error.fields;
  return field ? field.msg : describe(error);
}
