import { useEffect, useState } from 'react';
import { useAuth, useAuthClient } from '@latchkey-go/client/react';
import type { User } from '../auth';
import { describe } from '../auth';
import { expireNow, goIdleNow } from './nudge';
import { Revoke } from './Revoke';
import { useLog } from './useLog';
import './drawer.css';

const clock = (at: number) => new Date(at).toLocaleTimeString('en-GB');

/** For developers: what the client knows, what has happened, and buttons for what one would wait for. */
export default function Drawer() {
  const auth = useAuthClient<User>();
  const now = useAuth<User>();
  const log = useLog();
  const [open, setOpen] = useState(false);
  const here = now.status === 'authenticated';

  return (
    <aside className="drawer" aria-label="For developers">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>For developers: the session</summary>
        {open && (
          <div className="drawer-open">
            <div>
              <Facts renewedAt={log.renewedAt} />
              <p>
                <a href="/debug/doctor">What is wrong with cookies, proxies and settings</a>
              </p>
            </div>
            <div>
              <h2 id="log-title">What has happened</h2>
              <ol className="log" aria-labelledby="log-title">
                {log.lines.map(({ number, at, what }) => (
                  <li key={number}>
                    <time>{clock(at)}</time> {what}
                  </li>
                ))}
                {log.lines.length === 0 && <li className="muted">Nothing yet.</li>}
              </ol>
            </div>
            {here && (
              <div className="drawer-acts">
                <button
                  type="button"
                  className="button button-small button-quiet"
                  onClick={() => {
                    log.add('the access token was made to look expired');
                    expireNow();
                  }}
                >
                  Expire access token now
                </button>
                <button
                  type="button"
                  className="button button-small button-quiet"
                  onClick={() => {
                    goIdleNow(auth).catch((error: unknown) => log.add(describe(error)));
                  }}
                >
                  Go idle now
                </button>
                <Revoke user={now.user} session={now.session.id} onDone={log.add} />
              </div>
            )}
          </div>
        )}
      </details>
    </aside>
  );
}

function Facts({ renewedAt }: { renewedAt: number }) {
  const now = useAuth<User>();
  const left = useTimeLeft();
  return (
    <dl className="facts">
      <div>
        <dt>Status</dt>
        <dd>
          {now.status}
          {now.status === 'expired' && ` (${now.reason})`}
        </dd>
      </div>
      <div>
        <dt>Access token</dt>
        <dd>{now.status === 'authenticated' ? timeLeft(left) : 'none in use'}</dd>
      </div>
      <div>
        <dt>Last renewal</dt>
        <dd>{renewedAt ? clock(renewedAt) : 'none since the page was opened'}</dd>
      </div>
      {now.status === 'authenticated' && (
        <div>
          <dt>Session</dt>
          <dd>
            <code>{now.session.id}</code>
          </dd>
        </div>
      )}
    </dl>
  );
}

const timeLeft = (left: number): string =>
  left === Infinity ? 'its end is not known yet' : `${Math.ceil(left / 1000)} s left`;

function useTimeLeft(): number {
  const auth = useAuthClient();
  const [left, setLeft] = useState(auth.timeLeft);
  useEffect(() => {
    const timer = setInterval(() => setLeft(auth.timeLeft()), 500);
    return () => clearInterval(timer);
  }, [auth]);
  return left;
}
