import type { ReactNode } from 'react';
import { useAuth } from '@latchkey-go/client/react';
import { Navigate, useLocation } from 'react-router';
import { Trouble, Waiting } from '../../shared/Page';
import { problemOf } from '../../shared/problem';

/** What only signed-in people see; others sign in first, and come back. */
export function Protected({ children }: { children: ReactNode }) {
  const now = useAuth();
  const { pathname } = useLocation();
  if (now.status === 'authenticated') return children;
  if (now.status === 'loading') {
    return now.problem ? <Trouble words={problemOf(now.problem).message} /> : <Waiting />;
  }
  return <Navigate to="/login" state={{ from: pathname }} replace />;
}
