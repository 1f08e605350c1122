import { useEffect, useState } from 'react';
import { useAuth, useAuthClient } from '@latchkey-go/client/react';
import type { AuthEvent } from '@latchkey-go/client';
import { expireNow, goIdleNow } from './nudge';

const events: readonly AuthEvent[] = ['signedIn', 'signedOut', 'renewed', 'expired', 'idle'];

const clock = (at: number) => new Date(at).toLocaleTimeString('en-GB');

/** For developers: what the client knows, what has happened, and buttons for what one would wait for. */
export function Drawer({ idle = false }: { idle?: boolean }) {
  const log = useLog();
  const [open, setOpen] = useState(false);
  return (
    <aside className="drawer" aria-label="For developers">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>For developers: the session</summary>
        {open && (
          <div className="drawer-open">
            <Facts />
            <ul aria-label="Events">
              {log.map(({ at, what }) => (
                <li key={`${at} ${what}`}>
                  {clock(at)} {what}
                </li>
              ))}
              {log.length === 0 && <li className="muted">Nothing has happened yet.</li>}
            </ul>
            <div className="actions">
              <button
                type="button"
                className="button button-small button-quiet"
                onClick={expireNow}
              >
                Expire the access token now
              </button>
              {idle && (
                <button
                  type="button"
                  className="button button-small button-quiet"
                  onClick={goIdleNow}
                >
                  Go idle now
                </button>
              )}
            </div>
          </div>
        )}
      </details>
    </aside>
  );
}

function Facts() {
  const now = useAuth();
  const left = useTimeLeft();
  return (
    <dl>
      <dt>Status</dt>
      <dd>
        {now.status}
        {now.status === 'expired' && ` (${now.reason}${now.canRefresh ? ', can renew' : ''})`}
      </dd>
      <dt>Access token</dt>
      <dd>
        {now.status !== 'authenticated'
          ? 'not in use'
          : left === Infinity
            ? 'end unknown until the next answer that says so'
            : `${Math.ceil(left / 1000)} s left`}
      </dd>
    </dl>
  );
}

function useTimeLeft(): number {
  const { timeLeft } = useAuthClient();
  const [left, setLeft] = useState(timeLeft);
  useEffect(() => {
    const timer = setInterval(() => setLeft(timeLeft()), 500);
    return () => clearInterval(timer);
  }, [timeLeft]);
  return left;
}

/** The last things that happened, the newest first. */
function useLog() {
  const auth = useAuthClient();
  const [log, setLog] = useState<{ at: number; what: string }[]>([]);
  useEffect(() => {
    const stops = events.map((event) =>
      auth.on(event, ({ elsewhere, reason }) => {
        const what = event + (reason && `: ${reason}`) + (elsewhere ? ' (another tab)' : '');
        setLog((before) => [{ at: Date.now(), what }, ...before].slice(0, 8));
      }),
    );
    return () => stops.forEach((stop) => stop());
  }, [auth]);
  return log;
}
