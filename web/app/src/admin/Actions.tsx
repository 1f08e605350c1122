import type { ReactNode } from 'react';
import type { PersonDetail } from './types';
import type { PersonState } from './usePerson';

interface ActionsProps {
  person: PersonDetail;
  state: PersonState;
  /** It is the account of the person who looks at it: nobody disables that. */
  own: boolean;
}

/** The ways to keep somebody out or let them in. Only those that would change something. */
export function Actions({ person, state, own }: ActionsProps) {
  const { username } = person;
  const { busy, change } = state;
  const act = (path: string, done: string) => void change({ path, done: () => done });
  return (
    <section className="section" aria-labelledby="actions-title">
      <div className="section-head">
        <h2 id="actions-title">Access</h2>
        <p className="muted">Every change is kept in the audit trail, with your name.</p>
      </div>
      <ul className="section-body rows acts">
        {person.disabled ? (
          <Act
            name="Enable the account"
            busy={busy === 'enable'}
            act={() => act('enable', `${username} can sign in again.`)}
          >
            Lets {username} sign in again, with the password they had.
          </Act>
        ) : (
          !own && (
            <Act
              name="Disable the account"
              busy={busy === 'disable'}
              act={() => act('disable', `${username} is disabled and signed out everywhere.`)}
            >
              Signs {username} out everywhere and refuses every further sign-in.
            </Act>
          )
        )}
        {person.locked && (
          <Act
            name="Unlock sign-in"
            busy={busy === 'unlock'}
            act={() => act('unlock', `${username} can try passwords again.`)}
          >
            Too many wrong passwords were tried. This lets {username} try again.
          </Act>
        )}
        {person.has_password && !person.must_change_password && (
          <Act
            name="Require a new password"
            busy={busy === 'require-password-change'}
            act={() =>
              act(
                'require-password-change',
                `${username} has to choose a new password at the next sign-in.`,
              )
            }
          >
            Signs {username} out everywhere. After signing in they choose a new password first.
          </Act>
        )}
        {person.sessions > 0 && (
          <Act
            name="Sign out all devices"
            busy={busy === 'end-sessions'}
            act={() =>
              void change<{ ended: number }>({
                path: 'end-sessions',
                done: ({ ended }) =>
                  ended === 1 ? 'One device was signed out.' : `${ended} devices were signed out.`,
              })
            }
          >
            {username} can sign in again at once.
          </Act>
        )}
      </ul>
    </section>
  );
}

interface ActProps {
  name: string;
  busy: boolean;
  act: () => void;
  /** What it does. */
  children: ReactNode;
}

function Act({ name, busy, act, children }: ActProps) {
  return (
    <li className="row act">
      <p className="muted">{children}</p>
      <button
        type="button"
        className="button button-quiet button-small"
        aria-disabled={busy}
        onClick={act}
      >
        {busy ? 'Working…' : name}
      </button>
    </li>
  );
}
