import { Navigate, Outlet, useLocation } from 'react-router';
import { isPassing, withNext } from '../next';

/** The page, unless a new password is due: then the way to that. */
export function PasswordFirst({ due }: { due: boolean }) {
  const { pathname, search, hash } = useLocation();
  if (!due || isPassing(pathname)) return <Outlet />;
  return <Navigate replace to={withNext('/new-password', pathname + search + hash)} />;
}
