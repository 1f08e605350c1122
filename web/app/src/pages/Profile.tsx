import type { ReactNode } from 'react';
import { useAuth } from '@latchkey-go/client/react';
import { Link } from 'react-router';
import type { User } from '../auth';
import { Page } from '../components/Page';
import { ago, day, moment } from '../time';

export function Profile() {
  const auth = useAuth<User>();
  if (auth.status !== 'authenticated') return null;
  const { user, session } = auth;
  return (
    <Page title="Your profile">
      <p className="lede">Only you can see this page.</p>
      <dl className="facts">
        <Fact name="Name">{user.name || <span className="muted">Not given</span>}</Fact>
        <Fact name="Username">{user.username}</Fact>
        <Fact name="Member since">{day(user.created_at)}</Fact>
        <Fact name="Password last given">
          {moment(session.authTime)} <span className="muted">({ago(session.authTime)})</span>
        </Fact>
        {session.endsAt > 0 && (
          <Fact name="Signed in until">
            {moment(session.endsAt)} <span className="muted">at the latest</span>
          </Fact>
        )}
      </dl>
      <p>
        To change your password or sign out other devices, go to{' '}
        <Link to="/account">your account</Link>.
      </p>
    </Page>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
