import { useCallback, useState } from 'react';
import { describe } from './auth';
import { useAnswer } from './useAnswer';
import type { Answer } from './useAnswer';

/** A part of a long list. */
export interface Part<T> {
  items: readonly T[];
  /** Asks for the part after this one; empty if this is the last. */
  next: string;
}

export interface Pages<T> {
  list: Answer<Part<T>>;
  again: () => void;
  /** Adds the next part. */
  more: () => void;
  /** The next part is under way. */
  busy: boolean;
  /** Why the next part is not there. */
  problem: string;
  /** How many items there were before the last part was added. */
  seen: number;
}

/** Asks for a long list part by part. `ask` gets `next` of the part before, and is memoized. */
export function usePages<T>(ask: (cursor: string) => Promise<Part<T>>): Pages<T> {
  const first = useCallback(() => ask(''), [ask]);
  const { answer, again, put } = useAnswer(first);
  const [state, setState] = useState({ of: ask, busy: false, problem: '', seen: 0 });
  const now = state.of === ask ? state : { busy: false, problem: '', seen: 0 };

  async function more() {
    if (answer.step !== 'here' || now.busy) return;
    const { items, next } = answer.value;
    setState({ of: ask, busy: true, problem: '', seen: now.seen });
    let problem = '';
    try {
      const part = await ask(next);
      put({ items: [...items, ...part.items], next: part.next });
    } catch (error) {
      problem = describe(error);
    }
    setState({ of: ask, busy: false, problem, seen: problem ? now.seen : items.length });
  }

  return { list: answer, again, more: () => void more(), ...now };
}
