import { useEffect } from 'react';
import { Mark } from './Mark';

interface NotAnsweringProps {
  problem: string;
  /** It is being tried again. */
  trying: boolean;
  again: () => void;
}

/** Shown in place of the app when the server does not say how it is set up. */
export function NotAnswering({ problem, trying, again }: NotAnsweringProps) {
  useEffect(() => {
    document.title = 'Error: Latchkey is not answering';
  }, []);
  return (
    <main className="standalone">
      <Mark />
      <h1>Latchkey is not answering</h1>
      <p role="status">{trying ? 'Trying again…' : `${problem} Nothing is lost.`}</p>
      <button
        type="button"
        className="button"
        aria-disabled={trying}
        onClick={trying ? undefined : again}
      >
        Try again
      </button>
    </main>
  );
}
