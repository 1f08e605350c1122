import { useCallback } from 'react';
import { useAuthClient } from '@latchkey-go/client/react';
import { call } from '../auth';
import type { User } from '../auth';
import { Loaded } from '../components/Loaded';
import { Time } from '../components/Time';
import type { Session } from '../pages/account/Device';
import { useAnswer } from '../useAnswer';

/** Where somebody is signed in. */
export function PersonDevices({ id, changes }: { id: string; changes: number }) {
  const client = useAuthClient<User>();
  const ask = useCallback(
    () =>
      call<{ sessions: Session[] }>(
        client,
        `/api/v1/admin/users/${encodeURIComponent(id)}/sessions`,
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again after every change
    [client, id, changes],
  );
  const { answer, again } = useAnswer(ask);
  return (
    <section className="section" aria-labelledby="person-devices-title">
      <div className="section-head">
        <h2 id="person-devices-title">Signed-in devices</h2>
      </div>
      <div className="section-body">
        <Loaded answer={answer} what="Looking up devices" again={again}>
          {({ sessions }) =>
            sessions.length === 0 ? (
              <p className="muted">Not signed in anywhere.</p>
            ) : (
              <ul className="rows">
                {sessions.map((session) => (
                  <li key={session.id} className="row">
                    <p className="row-title">
                      {session.device}
                      {session.current && <span className="badge">This device</span>}
                    </p>
                    <p className="row-facts">
                      <span>
                        Last used <Time at={session.last_seen_at} />
                        {session.address && <> from {session.address}</>}
                      </span>
                      <span>
                        Signed in <Time at={session.created_at} />
                      </span>
                    </p>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </section>
  );
}
