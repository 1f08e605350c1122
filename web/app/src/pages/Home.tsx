import type { Snapshot } from '@latchkey-go/client';
import { useAuth } from '@latchkey-go/client/react';
import { Link } from 'react-router';
import { callName } from '../auth';
import type { User } from '../auth';
import { StillTrying } from '../components/AuthLoading';
import { Door } from '../components/Door';
import { Page } from '../components/Page';
import { ago } from '../time';
import { useConfig } from '../useConfig';

const promises = [
  {
    title: 'Stay signed in, safely',
    text: 'Your sign-in renews itself while you are here. Its keys are kept by the browser, out of reach of every script.',
  },
  {
    title: 'See every device',
    text: 'One list shows where you are signed in and when each device was last used. Sign any of them out with one click.',
  },
  {
    title: 'Asked only when it matters',
    text: 'You give your password once. Changing something important asks for it again, so that an open laptop is not an open door.',
  },
];

export function Home() {
  const auth = useAuth<User>();
  return auth.status === 'authenticated' ? (
    <AtHome user={auth.user} since={auth.session.authTime} />
  ) : (
    <AtTheDoor auth={auth} />
  );
}

function AtTheDoor({ auth }: { auth: Snapshot }) {
  const config = useConfig();
  const known = auth.status !== 'loading';
  return (
    <Page title="Home" heading="A front door for your web app" className="home">
      <div className="home-words">
        <p className="lede">
          Latchkey is sign-in for web applications. People get an account, stay signed in on their
          own devices, and always know where else the door is open.
        </p>
        {!known && auth.problem && <StillTrying problem={auth.problem} />}
        {/* The place is kept while it is not known who is there, so that nothing jumps. */}
        <div className="actions">
          {known && (
            <>
              {config.sign_up && (
                <Link className="button" to="/sign-up">
                  Create an account
                </Link>
              )}
              <Link className={config.sign_up ? 'button button-quiet' : 'button'} to="/sign-in">
                Sign in
              </Link>
            </>
          )}
        </div>
      </div>
      <Door />
      <ul className="promises">
        {promises.map(({ title, text }) => (
          <li key={title}>
            <h2>{title}</h2>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function AtHome({ user, since }: { user: User; since: number }) {
  return (
    <Page title="Home" heading={`Welcome home, ${callName(user)}`} className="home">
      <div className="home-words">
        <p className="lede">
          You are signed in as <strong>{user.username}</strong>. You last gave your password{' '}
          {ago(since)}.
        </p>
        <ul className="ways">
          <li>
            <Link to="/profile">Your profile</Link>
            <p>Who you are here, and how long this sign-in lasts.</p>
          </li>
          <li>
            <Link to="/account">Your account</Link>
            <p>Your password, and the devices you are signed in on.</p>
          </li>
        </ul>
      </div>
      <Door open />
    </Page>
  );
}
