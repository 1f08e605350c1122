import { act, cleanup, render, screen } from '@testing-library/react';
import { renderToString } from 'react-dom/server';
import { StrictMode } from 'react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuthClient, ClientOptions } from '../src/index.js';
import {
  AuthProvider,
  RequireAuth,
  SignedIn,
  SignedOut,
  useAuth,
  useIdleTimeout,
  useReauthentication,
  useUser,
} from '../src/react.js';
import type { Reauthentication } from '../src/react.js';
import {
  ada,
  csrfCookie,
  granted,
  json,
  later,
  makeClient,
  refusal,
  Server,
  sessionOf,
  settled,
} from './server.js';
import type { User } from './server.js';

let server: Server;
beforeEach(() => {
  server = new Server();
});
afterEach(cleanup);

function show(children: ReactNode, options: ClientOptions = {}): AuthClient<User> {
  const client = makeClient(options);
  render(
    <StrictMode>
      <AuthProvider client={client as AuthClient}>{children}</AuthProvider>
    </StrictMode>,
  );
  return client;
}

const ready = () => act(settled);
const text = () => document.body.textContent;

describe('SignedIn and SignedOut', () => {
  const both = (
    <>
      <SignedIn>in</SignedIn>
      <SignedOut>out</SignedOut>
    </>
  );

  it('show neither while it is not known', async () => {
    csrfCookie('csrf-1');
    server.on('GET /api/v1/me', () => later<Response>().promise);
    show(both);
    await ready();
    expect(text()).toBe('');
  });

  it('follow the client', async () => {
    csrfCookie('csrf-1');
    const client = show(both);
    await ready();
    expect(text()).toBe('in');
    await act(() => client.logout());
    expect(text()).toBe('out');
  });

  it('show neither for a locked page', async () => {
    csrfCookie('csrf-1');
    show(both, { idle: { timeout: '5m', action: 'lock' } });
    await ready();
    await act(() => vi.advanceTimersByTimeAsync(301_000));
    expect(text()).toBe('');
  });
});

describe('RequireAuth', () => {
  const guarded = (
    <RequireAuth
      loading="loading"
      fallback="sign in"
      expired="ended"
      fresh="10m"
      stale="who are you"
    >
      private
    </RequireAuth>
  );

  it('never shows the sign-in page while loading', async () => {
    csrfCookie('csrf-1');
    const answer = later<Response>();
    server.on('GET /api/v1/me', () => answer.promise);
    show(guarded);
    await ready();
    expect(text()).toBe('loading');
    answer.resolve(granted({ user: ada }));
    await ready();
    expect(text()).toBe('private');
  });

  it('tells a visitor from one whose session has ended', async () => {
    show(guarded);
    await ready();
    expect(text()).toBe('sign in');
    cleanup();
    csrfCookie('csrf-1');
    server.on('GET /api/v1/me', () => refusal('session_ended'));
    server.on('POST /api/v1/refresh', () => refusal('session_ended'));
    show(guarded);
    await ready();
    expect(text()).toBe('ended');
  });

  it('asks for the password when it was given too long ago, and lets in after it', async () => {
    csrfCookie('csrf-1');
    server.on('GET /api/v1/me', () => granted({ user: ada, session: sessionOf('s1', 601_000) }));
    const client = show(guarded);
    await ready();
    expect(text()).toBe('who are you');
    await act(() => client.reauthenticate('secret'));
    expect(text()).toBe('private');
  });

  it('does not take the page away while it is being read', async () => {
    csrfCookie('csrf-1');
    const client = show(guarded, { idle: { timeout: '1h' } });
    await ready();
    const before = client.getSnapshot();
    await act(() => vi.advanceTimersByTimeAsync(3_590_000)); // everything renders with the warning
    expect(client.getSnapshot()).not.toBe(before);
    expect(text()).toBe('private');
  });
});

describe('useAuth and useUser', () => {
  it('render again only when something changed', async () => {
    csrfCookie('csrf-1');
    let renders = 0;
    function Name() {
      renders++;
      return useUser<User>()?.username ?? 'nobody';
    }
    const client = show(<Name />);
    await ready();
    expect(text()).toBe('ada');
    const before = renders;
    await act(() => client.refresh());
    expect(renders).toBe(before);
  });

  it('are loading on a server', () => {
    vi.stubGlobal('fetch', () => {
      throw new Error('nothing is asked on a server');
    });
    const Status = () => useAuth().status;
    expect(
      renderToString(
        <AuthProvider client={makeClient() as AuthClient}>
          <Status />
        </AuthProvider>,
      ),
    ).toBe('loading');
  });

  it('say what is missing outside a provider', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const Status = () => useAuth().status;
    expect(() => render(<Status />)).toThrow('AuthProvider');
  });
});

describe('AuthProvider', () => {
  it('stops the client when it goes away', async () => {
    csrfCookie('csrf-1');
    show('page', { idle: { timeout: '5m' } });
    await ready();
    cleanup();
    const asked = server.seen.length;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(server.seen).toHaveLength(asked);
  });
});

describe('useIdleTimeout', () => {
  function Warning() {
    const { warning, secondsLeft, stay } = useIdleTimeout();
    return warning ? <button onClick={stay}>{secondsLeft}</button> : 'fine';
  }

  it('counts down, and ends when the person stays', async () => {
    csrfCookie('csrf-1');
    show(<Warning />, { idle: { timeout: '5m' } });
    await ready();
    expect(text()).toBe('fine');
    await act(() => vi.advanceTimersByTimeAsync(240_000));
    expect(text()).toBe('60');
    await act(() => vi.advanceTimersByTimeAsync(7000));
    expect(text()).toBe('53');
    act(() => screen.getByRole('button').click());
    expect(text()).toBe('fine');
  });
});

describe('useReauthentication', () => {
  let prompt: Reauthentication;
  function Prompt() {
    prompt = useReauthentication();
    return prompt.asking ? 'password?' : 'fine';
  }

  async function change(): Promise<{ client: AuthClient<User>; answer: Promise<Response> }> {
    csrfCookie('csrf-1');
    let fresh = false;
    server.on('POST /email', () => (fresh ? json(200, {}) : refusal('not_fresh')));
    server.on('POST /api/v1/reauthenticate', ({ body }) => {
      if (!body.includes('right')) return refusal('invalid_credentials');
      fresh = true;
      return granted({ user: ada, session: sessionOf('s2') });
    });
    const client = show(<Prompt />);
    await ready();
    const answer = client.fetch('/email', { method: 'POST', body: '{}' });
    await ready();
    expect(text()).toBe('password?');
    return { client, answer };
  }

  it('asks until the password is right, and then the request goes out again', async () => {
    const { answer } = await change();
    await act(async () => {
      await expect(prompt.submit('wrong')).rejects.toMatchObject({ code: 'invalid_credentials' });
    });
    expect(text()).toBe('password?');
    await act(() => prompt.submit('right'));
    expect(text()).toBe('fine');
    expect((await answer).status).toBe(200);
  });

  it('can be given up', async () => {
    const { answer } = await change();
    act(() => prompt.cancel());
    expect(text()).toBe('fine');
    expect((await answer).status).toBe(401);
  });

  it('is given up when the component goes away, and asks again when it is back', async () => {
    const { client, answer } = await change();
    cleanup();
    expect((await answer).status).toBe(401);
    render(
      <AuthProvider client={client as AuthClient}>
        <Prompt />
      </AuthProvider>,
    );
    const another = client.fetch('/email', { method: 'POST', body: '{}' });
    await ready();
    expect(text()).toBe('password?');
    await act(() => prompt.submit('right'));
    expect((await another).status).toBe(200);
  });

  it('goes on asking for a second request when the password for the first arrives late', async () => {
    const { client, answer } = await change();
    const slow = later<Response>();
    server.on('POST /api/v1/reauthenticate', () => slow.promise);
    const first = prompt.submit('right');
    act(() => prompt.cancel());
    expect((await answer).status).toBe(401);
    const second = client.fetch('/email', { method: 'POST', body: '{}' });
    await ready();
    expect(text()).toBe('password?');
    slow.resolve(granted({ user: ada, session: sessionOf('s2') }));
    await act(() => first);
    expect(text()).toBe('password?');
    act(() => prompt.cancel());
    expect((await second).status).toBe(401);
  });

  it('is over when the person signs out', async () => {
    const { client, answer } = await change();
    await act(() => client.logout());
    expect(text()).toBe('fine');
    expect((await answer).status).toBe(401);
  });
});
