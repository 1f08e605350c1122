import { useCallback, useEffect, useState } from 'react';
import { AuthProvider } from '@latchkey-go/client/react';
import { BrowserRouter } from 'react-router';
import type { AuthClient } from '@latchkey-go/client';
import { App } from './App';
import { createClient, describe } from './auth';
import type { User } from './auth';
import { NotAnswering } from './components/NotAnswering';
import { Waiting } from './components/Waiting';
import { fetchConfig } from './config';
import type { Config } from './config';
import { ConfigContext } from './useConfig';

type State =
  | { step: 'asking' }
  | { step: 'failed'; problem: string; trying: boolean }
  | { step: 'ready'; config: Config; client: AuthClient<User> };

/** Asks the server how it is set up, then starts the app. */
export function Boot() {
  const [state, setState] = useState<State>({ step: 'asking' });
  const ask = useCallback(() => {
    fetchConfig().then(
      (config) => setState({ step: 'ready', config, client: createClient(config) }),
      (error: unknown) => setState({ step: 'failed', problem: describe(error), trying: false }),
    );
  }, []);
  useEffect(ask, [ask]);

  if (state.step === 'asking') return <Waiting what="Opening Latchkey" />;
  if (state.step === 'failed') {
    const { problem, trying } = state;
    return (
      <NotAnswering
        problem={problem}
        trying={trying}
        again={() => {
          setState({ ...state, trying: true });
          ask();
        }}
      />
    );
  }
  return (
    <ConfigContext value={state.config}>
      <AuthProvider client={state.client}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </AuthProvider>
    </ConfigContext>
  );
}
