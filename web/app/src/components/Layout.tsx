import { useState } from 'react';
import { SignedIn, SignedOut, useAuthClient, useUser } from '@latchkey-go/client/react';
import { Link, NavLink, useLocation, useNavigate } from 'react-router';
import { Notice } from '../../../ui/Notice';
import { describe, isAdmin } from '../auth';
import type { User } from '../auth';
import { useConfig } from '../useConfig';
import { usePasswordDue } from '../usePasswordDue';
import { DevDrawer } from './DevDrawer';
import { IdleWarning } from './IdleWarning';
import { Mark } from './Mark';
import { PasswordFirst } from './PasswordFirst';
import { PasswordPrompt } from './PasswordPrompt';

/** What stands around every page. */
export function Layout() {
  const [problem, setProblem] = useState('');
  const { key } = useLocation();
  const [at, setAt] = useState(key);
  if (at !== key) {
    setAt(key);
    setProblem(''); // it was about the page before
  }
  const passwordDue = usePasswordDue();
  return (
    <div className="frame">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault(); // keep the address as it is
          document.getElementById('main')?.focus();
        }}
      >
        Skip to content
      </a>
      <header className="masthead">
        <Link className="wordmark" to="/">
          <Mark />
          Latchkey
        </Link>
        <nav aria-label="Main">
          <SignedIn>
            {!passwordDue && <Places />}
            <SignOutButton onProblem={setProblem} />
          </SignedIn>
          <SignedOut>
            <Visitor />
          </SignedOut>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {problem && (
          <div className="banner">
            <Notice kind="problem">
              <p>{problem} You are still signed in.</p>
            </Notice>
          </div>
        )}
        <PasswordFirst due={passwordDue} />
      </main>
      <footer className="foot">
        <p>Latchkey: sign-in for Go web applications.</p>
      </footer>
      <DevDrawer />
      <PasswordPrompt />
      <IdleWarning />
    </div>
  );
}

function Places() {
  const user = useUser<User>();
  return (
    <>
      <NavLink to="/profile">Profile</NavLink>
      <NavLink to="/account">Account</NavLink>
      {user && isAdmin(user) && <NavLink to="/admin">Admin</NavLink>}
    </>
  );
}

function Visitor() {
  const config = useConfig();
  return (
    <>
      <NavLink to="/sign-in">Sign in</NavLink>
      {config.sign_up && (
        <NavLink className="nav-main" to="/sign-up">
          Create account
        </NavLink>
      )}
    </>
  );
}

function SignOutButton({ onProblem }: { onProblem: (problem: string) => void }) {
  const auth = useAuthClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);

  async function signOut() {
    if (busy) return;
    setBusy(true);
    onProblem('');
    try {
      await auth.logout();
      await navigate('/signed-out', { replace: true });
    } catch (error) {
      onProblem(describe(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <button type="button" aria-disabled={busy} onClick={() => void signOut()}>
      {busy ? 'Signing out…' : 'Sign out'}
    </button>
  );
}
