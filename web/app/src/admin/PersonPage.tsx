import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { AuthError } from '@latchkey-go/client';
import { useUser } from '@latchkey-go/client/react';
import { Notice } from '../../../ui/Notice';
import { callName } from '../auth';
import type { User } from '../auth';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import { Moment } from '../components/Time';
import { Actions } from './Actions';
import { Marks } from './Marks';
import { Permissions } from './Permissions';
import { PersonDevices } from './PersonDevices';
import { ResetLink } from './ResetLink';
import type { PersonDetail } from './types';
import { usePerson } from './usePerson';

/** One user, with all that can be done to them. */
export function PersonPage() {
  const { id = '' } = useParams();
  // Another user is another page: nothing of what was said about the one before stays.
  return <OnePerson key={id} id={id} />;
}

function OnePerson({ id }: { id: string }) {
  const state = usePerson(id);
  const { answer, done, problem } = state;
  const me = useUser<User>();
  if (answer.step === 'failed' && isGone(answer.error)) return <NoSuchUser />;
  const own = me?.id === id;
  const title = answer.step === 'here' ? callName(answer.value) : 'A user';
  return (
    <Page title={title}>
      <Loaded answer={answer} what="Looking up the user" again={state.again}>
        {(person) => (
          <>
            <p className="marks">
              <Marks person={person} locked={person.locked} />
            </p>
            {done && (
              <Notice kind="done" focus key={state.changes}>
                <p>{done}</p>
              </Notice>
            )}
            {problem && (
              <Notice kind="problem" focus>
                <p>{problem}</p>
              </Notice>
            )}
            {own && (
              <p className="lede">
                This is your own account: another administrator can disable it, change its
                permissions or make a link for a new password.
              </p>
            )}
            <Facts person={person} />
            <p>
              <Link to={`/admin/audit?user=${encodeURIComponent(id)}`}>
                What happened to this account
              </Link>
            </p>
            <Actions person={person} state={state} own={own} />
            {!own && <ResetLink person={person} state={state} />}
            {!own && <Permissions person={person} state={state} />}
            <PersonDevices id={id} changes={state.changes} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

const isGone = (error: unknown): boolean => error instanceof AuthError && error.status === 404;

function NoSuchUser() {
  return (
    <Page title="There is no such user" className="narrow" replaces>
      <p className="lede">The account may have been deleted, or the address mistyped.</p>
      <p className="actions">
        <Link className="button" to="/admin/users">
          Go to the users
        </Link>
      </p>
    </Page>
  );
}

function Facts({ person }: { person: PersonDetail }) {
  return (
    <dl className="facts">
      <Fact name="Username">{person.username}</Fact>
      <Fact name="Name">{person.name || <span className="muted">Not given</span>}</Fact>
      <Fact name="Account since">
        <Moment at={person.created_at} />
      </Fact>
      <Fact name="Last sign-in">
        <Since at={person.last_sign_in_at} never="Not on record" />
      </Fact>
      <Fact name="Password changed">
        <Since at={person.password_changed_at} never="Never" />
      </Fact>
      {person.disabled_at && (
        <Fact name="Disabled">
          <Moment at={person.disabled_at} />
        </Fact>
      )}
      <Fact name="Id">
        <code>{person.id}</code>
      </Fact>
    </dl>
  );
}

function Since({ at, never }: { at: string | null; never: string }) {
  return at ? <Moment at={at} /> : <span className="muted">{never}</span>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
