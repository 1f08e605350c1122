import { useState } from 'react';
import { SignedIn, SignedOut } from '@latchkey-go/client/react';
import { Link, NavLink, Outlet, useNavigate } from 'react-router';
import { Notice } from '../../../ui/Notice';
import { Drawer } from '../../shared/Drawer';
import { Frame } from '../../shared/Frame';
import { problemOf } from '../../shared/problem';
import { auth } from './auth';

/** What stands around every page. */
export function Layout() {
  const navigate = useNavigate();
  const [problem, setProblem] = useState('');

  async function logOut() {
    setProblem('');
    try {
      await auth.logout();
      await navigate('/login', { replace: true });
    } catch (error) {
      setProblem(problemOf(error).message);
    }
  }

  const bar = (
    <>
      <Link className="wordmark" to="/protected">
        <Bag />
        Store
      </Link>
      <SignedIn>
        <nav aria-label="Main">
          <NavLink to="/protected">Overview</NavLink>
          <NavLink to="/products">Products</NavLink>
          <NavLink to="/cart">Cart</NavLink>
          <NavLink to="/wishlist">Wishlist</NavLink>
        </nav>
        <div className="bar-end">
          <button
            type="button"
            className="button button-small button-quiet"
            onClick={() => void logOut()}
          >
            Log Out
          </button>
        </div>
      </SignedIn>
      <SignedOut>
        <nav aria-label="Main" className="bar-end">
          <NavLink to="/login">Log in</NavLink>
          <NavLink to="/signup">Sign up</NavLink>
        </nav>
      </SignedOut>
    </>
  );
  const footer = <p>Store: a reference app of Latchkey. Nothing here is for sale.</p>;
  return (
    <Frame bar={bar} footer={footer} drawer={<Drawer />}>
      {problem && (
        <Notice kind="problem">
          <p>{problem}</p>
        </Notice>
      )}
      <Outlet />
    </Frame>
  );
}

function Bag() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path fill="currentColor" d="M5 10h22l-2 19a2 2 0 0 1-2 1.8H9a2 2 0 0 1-2-1.8z" />
      <path fill="none" stroke="currentColor" strokeWidth="3" d="M11 13V8a5 5 0 0 1 10 0v5" />
    </svg>
  );
}
