import type { ReactNode } from 'react';
import { Notice } from '../../../ui/Notice';
import { describe } from '../auth';
import type { Answer } from '../useAnswer';
import { Waiting } from './Waiting';

interface LoadedProps<T> {
  answer: Answer<T>;
  /** What is being done until it is there. */
  what: string;
  again: () => void;
  children: (value: T) => ReactNode;
}

/** Shows an answer of the server, or that it is on its way, or why it is not there. */
export function Loaded<T>({ answer, what, again, children }: LoadedProps<T>) {
  if (answer.step === 'asking') return <Waiting what={what} />;
  if (answer.step === 'here') return children(answer.value);
  return (
    <Notice kind="problem">
      <p>{describe(answer.error)}</p>
      <button type="button" className="button button-quiet button-small" onClick={again}>
        Try again
      </button>
    </Notice>
  );
}
