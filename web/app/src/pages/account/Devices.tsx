import { useCallback, useState } from 'react';
import { useAuth, useAuthClient } from '@latchkey-go/client/react';
import { Notice } from '../../../../ui/Notice';
import { call, describe } from '../../auth';
import type { User } from '../../auth';
import { Loaded } from '../../components/Loaded';
import { useAnswer } from '../../useAnswer';
import { Device } from './Device';
import type { Session } from './Device';

/** Where the person is signed in, with a way to end each of it. */
export function Devices({ onChange }: { onChange: () => void }) {
  const client = useAuthClient<User>();
  const auth = useAuth<User>();
  const current = auth.status === 'authenticated' ? auth.session.id : '';
  // Another function when the session is a new one: a changed password ends the others.
  const ask = useCallback(
    () => call<{ sessions: Session[] }>(client, '/api/v1/sessions'),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
    [client, current],
  );
  const { answer, again } = useAnswer(ask);
  const [busy, setBusy] = useState('');
  const [done, setDone] = useState('');
  const [problem, setProblem] = useState('');

  async function end(id: string, message: string) {
    setBusy(id || 'all');
    setProblem('');
    setDone('');
    try {
      await call(
        client,
        id ? `/api/v1/sessions/${encodeURIComponent(id)}` : '/api/v1/sessions',
        'DELETE',
      );
      setDone(message);
      onChange();
    } catch (error) {
      setProblem(describe(error));
    }
    again();
    setBusy('');
  }

  return (
    <section className="section" aria-labelledby="devices-title">
      <div className="section-head">
        <h2 id="devices-title">Where you are signed in</h2>
        <p className="muted">See one you do not know? Sign it out, then change your password.</p>
      </div>
      <div className="section-body">
        {done && (
          <Notice kind="done" focus>
            <p>{done}</p>
          </Notice>
        )}
        {problem && (
          <Notice kind="problem">
            <p>{problem}</p>
          </Notice>
        )}
        <Loaded answer={answer} what="Looking up your devices" again={again}>
          {({ sessions }) => {
            const others = sessions.filter((session) => !session.current);
            return (
              <>
                <ul className="devices">
                  {[...sessions.filter((session) => session.current), ...others].map((session) => (
                    <Device
                      key={session.id}
                      session={session}
                      busy={busy === session.id}
                      onSignOut={() =>
                        void (session.current
                          ? client.logout().catch((error: unknown) => setProblem(describe(error)))
                          : end(session.id, `${session.device} has been signed out.`))
                      }
                    />
                  ))}
                </ul>
                {others.length > 0 ? (
                  <button
                    type="button"
                    className="button button-quiet"
                    aria-disabled={busy === 'all'}
                    onClick={() => void end('', 'Every other device has been signed out.')}
                  >
                    Sign out all other devices
                  </button>
                ) : (
                  <p className="muted">You are not signed in anywhere else.</p>
                )}
              </>
            );
          }}
        </Loaded>
      </div>
    </section>
  );
}
