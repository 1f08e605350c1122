import { useCallback, useEffect, useState } from 'react';

/** What has become of a question to the server. */
export type Answer<T> =
  { step: 'asking' } | { step: 'failed'; error: unknown } | { step: 'here'; value: T };

interface Asked<T> {
  answer: Answer<T>;
  /** Asks once more. What is shown stays until the new answer is there. */
  again: () => void;
  /** Puts a newer answer, from a change, in place of the one shown. */
  put: (value: T) => void;
}

const asking = { step: 'asking' } as const;

/** Asks the server something, and again whenever `ask` is another function: memoize it. */
export function useAnswer<T>(ask: () => Promise<T>): Asked<T> {
  const [state, setState] = useState<{ to: unknown; answer: Answer<T> }>({
    to: ask,
    answer: asking,
  });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let wanted = true;
    const show = (answer: Answer<T>) => wanted && setState({ to: ask, answer });
    ask().then(
      (value) => show({ step: 'here', value }),
      (error: unknown) => show({ step: 'failed', error }),
    );
    return () => {
      wanted = false;
    };
  }, [ask, attempt]);

  const again = useCallback(() => {
    setState((before) =>
      before.answer.step === 'failed' ? { ...before, answer: asking } : before,
    );
    setAttempt((n) => n + 1);
  }, []);
  const put = useCallback(
    (value: T) => setState({ to: ask, answer: { step: 'here', value } }),
    [ask],
  );
  // The answer to another question is none to this one.
  return { answer: state.to === ask ? state.answer : asking, again, put };
}
