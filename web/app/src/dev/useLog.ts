import { useCallback, useEffect, useState } from 'react';
import { useAuthClient } from '@latchkey-go/client/react';
import type { AuthEvent } from '@latchkey-go/client';

const events: readonly AuthEvent[] = ['signedIn', 'signedOut', 'renewed', 'expired', 'idle'];
const kept = 12;

export interface Line {
  number: number;
  at: number;
  what: string;
}

interface Log {
  /** The last things that happened, the newest first. */
  lines: readonly Line[];
  /** When tokens last arrived; 0: not since the page was opened. */
  renewedAt: number;
  add: (what: string) => void;
}

/** What happens to the session while the page is open. */
export function useLog(): Log {
  const auth = useAuthClient();
  const [{ lines, renewedAt }, setLog] = useState<Omit<Log, 'add'>>({ lines: [], renewedAt: 0 });

  const put = useCallback((what: string, renewed: boolean) => {
    setLog((log) => {
      const line = { number: (log.lines[0]?.number ?? 0) + 1, at: Date.now(), what };
      return {
        lines: [line, ...log.lines].slice(0, kept),
        renewedAt: renewed ? line.at : log.renewedAt,
      };
    });
  }, []);
  const add = useCallback((what: string) => put(what, false), [put]);

  useEffect(() => {
    const stops = events.map((event) =>
      auth.on(event, ({ elsewhere, reason }) =>
        put(
          event + (reason && `: ${reason}`) + (elsewhere ? ' (told by another tab)' : ''),
          !elsewhere && (event === 'renewed' || event === 'signedIn'),
        ),
      ),
    );
    return () => stops.forEach((stop) => stop());
  }, [auth, put]);

  return { lines, renewedAt, add };
}
