import { useState } from 'react';
import type { ReactNode } from 'react';
import { useAuth } from '@latchkey-go/client/react';
import { Link } from 'react-router';
import { Notice } from '../../../ui/Notice';
import { Drawer } from '../../shared/Drawer';
import { Frame } from '../../shared/Frame';
import { Trouble, Waiting } from '../../shared/Page';
import { problemOf } from '../../shared/problem';
import { auth } from './auth';
import { Login } from './Login';

/** What stands around every page; instead of the page, for who has no token, the login form. */
export function Layout({ children }: { children: ReactNode }) {
  const now = useAuth();
  const [problem, setProblem] = useState('');

  async function logOut() {
    setProblem('');
    await auth.logout().catch((error: unknown) => setProblem(problemOf(error).message));
  }

  const bar = (
    <>
      <Link className="wordmark" to="/profile">
        <Logo />
        Profile
      </Link>
      <div className="bar-end">
        <button
          type="button"
          className="button button-small button-quiet"
          onClick={() => void logOut()}
        >
          Logout
        </button>
      </div>
    </>
  );
  return (
    <Frame bar={bar} drawer={<Drawer />}>
      {problem && (
        <Notice kind="problem">
          <p>{problem}</p>
        </Notice>
      )}
      {now.status === 'loading' ? (
        <Loading problem={now.problem} />
      ) : now.status === 'authenticated' ? (
        children
      ) : (
        <Login ended={now.status === 'expired'} />
      )}
    </Frame>
  );
}

function Loading({ problem }: { problem: unknown }) {
  return problem ? <Trouble words={problemOf(problem).message} /> : <Waiting />;
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" role="img" aria-label="Logo">
      <circle cx="16" cy="16" r="14" fill="currentColor" />
      <circle className="logo-inside" cx="16" cy="12.5" r="4.5" />
      <path className="logo-inside" d="M7.5 24a8.5 8.5 0 0 1 17 0 12 12 0 0 1-17 0z" />
    </svg>
  );
}
