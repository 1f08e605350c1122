import { useState } from 'react';
import { useAuth } from '@latchkey-go/client/react';
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { Notice } from '../../../ui/Notice';
import { Drawer } from '../../shared/Drawer';
import { Frame } from '../../shared/Frame';
import { Waiting } from '../../shared/Page';
import { problemOf } from '../../shared/problem';
import { auth } from './auth';
import type { User } from './auth';
import { Inactive } from './pages/Inactive';

/** What stands around every page; instead of the page, while it is locked, a way to unlock it. */
export function Layout() {
  const now = useAuth<User>();
  const navigate = useNavigate();
  const home = ['/', '/home'].includes(useLocation().pathname);
  const [problem, setProblem] = useState('');
  const [leaving, setLeaving] = useState(false);

  async function logOut() {
    setProblem('');
    setLeaving(true); // or a protected page would ask to sign in again
    const failed = await auth.logout().then(
      () => '',
      (error: unknown) => problemOf(error).message,
    );
    setProblem(failed);
    // Without its tokens the page is signed out, whether or not the server could be told.
    if (auth.getSnapshot().status === 'anonymous') void navigate('/');
    setLeaving(false);
  }

  const bar = (
    <>
      <Link className="wordmark" to="/">
        <Mark />
        My App
      </Link>
      <nav aria-label="Main">
        <Link to="/" aria-current={home ? 'page' : undefined}>
          Home
        </Link>
        <NavLink to="/about">About</NavLink>
        <NavLink to="/contact">Contact</NavLink>
        <NavLink to="/products">Products</NavLink>
      </nav>
      <div className="bar-end">
        {now.status === 'authenticated' && (
          <span className="muted">Signed in as {now.user.username}</span>
        )}
        <button
          type="button"
          className="button button-small"
          onClick={() => void navigate('/login')}
        >
          Sign In
        </button>
        <button
          type="button"
          className="button button-small button-quiet"
          onClick={() => void logOut()}
        >
          Log Out
        </button>
      </div>
    </>
  );
  return (
    <Frame bar={bar} drawer={<Drawer idle />}>
      {problem && (
        <Notice kind="problem">
          <p>{problem}</p>
        </Notice>
      )}
      {leaving ? <Waiting /> : now.status === 'idle' ? <Inactive /> : <Outlet />}
    </Frame>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect x="2" y="2" width="28" height="28" rx="8" fill="currentColor" />
      <path className="keyhole" d="M16 7a6 6 0 0 1 2.6 11.4L20 25h-8l1.4-6.6A6 6 0 0 1 16 7z" />
    </svg>
  );
}
