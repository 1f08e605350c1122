import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Notice } from '../../../ui/Notice';
import { problemOf } from '../../shared/problem';
import { remember } from './asked';
import { auth } from './auth';

/** The button that renews. Where that is refused, it leads on: to sign in, or Home if there is nothing to renew. */
export function Continue({ from }: { from: string }) {
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');

  async function renew() {
    if (busy) return;
    setBusy(true);
    setProblem('');
    try {
      if (await auth.refresh()) return; // the page in its place follows from that
      const now = auth.getSnapshot();
      if (now.status !== 'expired' || now.canRefresh) return; // called off by logging out
      if (now.reason === 'token_missing') {
        await navigate('/', { replace: true });
      } else {
        remember(from);
        await navigate('/login', { replace: true });
      }
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      {problem && (
        <Notice kind="problem">
          <p>{problem}</p>
        </Notice>
      )}
      <button type="button" className="button" aria-disabled={busy} onClick={() => void renew()}>
        Click to Continue
      </button>
    </>
  );
}
