import { useCallback, useEffect, useState } from 'react';
import { useAuth, useAuthClient } from '@latchkey-go/client/react';
import { call, describe } from '../../auth';
import type { User } from '../../auth';
import { Notice } from '../../components/Notice';
import { Waiting } from '../../components/Waiting';
import { Device } from './Device';
import type { Session } from './Device';

type List =
  { step: 'asking' } | { step: 'failed'; problem: string } | { step: 'here'; sessions: Session[] };

/** Where the person is signed in, with a way to end each of it. */
export function Devices() {
  const client = useAuthClient<User>();
  const auth = useAuth<User>();
  const current = auth.status === 'authenticated' ? auth.session.id : '';
  const [list, setList] = useState<List>({ step: 'asking' });
  const [busy, setBusy] = useState('');
  const [done, setDone] = useState('');
  const [problem, setProblem] = useState('');

  const ask = useCallback(() => {
    let wanted = true;
    call<{ sessions: Session[] }>(client, '/api/v1/sessions').then(
      ({ sessions }) => wanted && setList({ step: 'here', sessions }),
      (error: unknown) => wanted && setList({ step: 'failed', problem: describe(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [client]);
  // Asked again when the session is a new one: a changed password ends the others.
  useEffect(ask, [ask, current]);

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
    } catch (error) {
      setProblem(describe(error));
    }
    ask();
    setBusy('');
  }

  const others = list.step === 'here' ? list.sessions.filter((session) => !session.current) : [];
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
        {list.step === 'asking' && <Waiting what="Looking up your devices" />}
        {list.step === 'failed' && (
          <Notice kind="problem">
            <p>{list.problem}</p>
            <button
              type="button"
              className="button button-quiet button-small"
              onClick={() => {
                setList({ step: 'asking' });
                ask();
              }}
            >
              Try again
            </button>
          </Notice>
        )}
        {list.step === 'here' && (
          <ul className="devices">
            {[...list.sessions.filter((session) => session.current), ...others].map((session) => (
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
        )}
        {others.length > 0 && (
          <button
            type="button"
            className="button button-quiet"
            aria-disabled={busy === 'all'}
            onClick={() => void end('', 'Every other device has been signed out.')}
          >
            Sign out all other devices
          </button>
        )}
        {list.step === 'here' && others.length === 0 && (
          <p className="muted">You are not signed in anywhere else.</p>
        )}
      </div>
    </section>
  );
}
