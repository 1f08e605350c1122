import { useCallback, useLayoutEffect, useState } from 'react';
import { NavigationType, useLocation, useNavigationType } from 'react-router';
import { describe } from './auth';
import { leftLists } from './leftLists';
import { useAnswer } from './useAnswer';
import type { Answer } from './useAnswer';

/** A part of a long list. */
export interface Part<T> {
  items: readonly T[];
  /** Asks for the part after this one; empty if this is the last. */
  next: string;
  /** How far down the page was when it was left, if this is what was shown then. */
  scroll?: number;
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
  const { key, pathname, search } = useLocation();
  const entry = `${key} ${pathname}${search}`; // all that were opened by an address have one key
  const back = useNavigationType() === NavigationType.Pop;
  const first = useCallback(async () => {
    const left = back ? leftLists.get(entry) : undefined;
    return left ? (left as Part<T>) : ask('');
  }, [ask]); // where it was asked first: another entry of the same list asks nothing
  const { answer, again, put } = useAnswer(first);
  const [state, setState] = useState({ of: ask, busy: false, problem: '', seen: 0 });
  const now = state.of === ask ? state : { busy: false, problem: '', seen: 0 };

  const grown = answer.step === 'here' && (now.seen > 0 || answer.value.scroll !== undefined);
  const part = grown ? answer.value : undefined;
  // Before the next page takes the place of this one.
  useLayoutEffect(
    () => () => {
      if (part) leftLists.set(entry, { ...part, scroll: scrollY });
    },
    [entry, part],
  );

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
