import { useEffect, useState } from 'react';
import { errorOf } from '@latchkey-go/client';
import { useAuth } from '@latchkey-go/client/react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { Trouble, Waiting } from '../../shared/Page';
import { problemOf } from '../../shared/problem';
import { remember } from './asked';
import { auth } from './auth';

/** What only signed-in people see. */
export function Protected() {
  const now = useAuth();
  const { pathname } = useLocation();
  switch (now.status) {
    case 'authenticated':
      return <Checked key={pathname} />;
    case 'loading':
      return now.problem ? <Trouble words={problemOf(now.problem).message} /> : <Waiting />;
    case 'expired':
      if (now.canRefresh)
        return <Navigate to="/session-timeout" state={{ from: pathname }} replace />;
      return <SignInFirst asked={pathname} />;
    case 'anonymous':
      return <SignInFirst asked={pathname} />;
    case 'idle':
      return null;
  }
}

function SignInFirst({ asked }: { asked: string }) {
  useEffect(() => remember(asked), [asked]);
  return <Navigate to="/login" state={{ from: asked }} replace />;
}

/** Shows the page once the server has said that the person may see it. */
function Checked() {
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let gone = false;
    ask().then(
      () => gone || setProblem(''),
      (error: unknown) => gone || setProblem(problemOf(error).message),
    );
    return () => void (gone = true);
  }, []);
  if (problem === undefined) return <Waiting />;
  return problem ? <Trouble words={problem} /> : <Outlet />;
}

async function ask(): Promise<void> {
  const response = await auth.fetch('/protected');
  if (!response.ok) throw await errorOf(response);
}
