import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AuthProvider, RequireAuth, useIdleTimeout, useUser } from '../src/react.js';
import { createTestClient, fakeClock, signIn, storageState } from '../src/testing.js';
import type { ApiRequests, StorageState } from '../src/testing.js';
import { ada, csrfCookie, json, Server, startedClient } from './server.js';
import type { User } from './server.js';

afterEach(cleanup);

function Name() {
  return useUser<User>()?.username;
}

describe('a test client', () => {
  it('shows components the status of the test', () => {
    const client = createTestClient<User>({ status: 'loading', user: ada });
    render(
      <AuthProvider client={client}>
        <RequireAuth loading="loading" fallback="sign in" expired="ended">
          <Name />
        </RequireAuth>
      </AuthProvider>,
    );
    const seen = [document.body.textContent];
    for (const status of ['anonymous', 'authenticated', 'expired', 'idle'] as const) {
      act(() => client.setStatus(status));
      seen.push(document.body.textContent);
    }
    expect(seen).toEqual(['loading', 'sign in', 'ada', 'ended', 'ended']);
  });

  it('signs in and out, and records the calls', async () => {
    const client = createTestClient<User>({ status: 'anonymous', user: ada });
    const heard = vi.fn();
    client.on('signedOut', heard);
    await client.login({ username: 'ada' });
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
    await client.fetch('/a', { method: 'POST' });
    await client.logout();
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(heard).toHaveBeenCalledExactlyOnceWith({ elsewhere: false, reason: '' });
    expect(client.calls).toEqual([
      { name: 'login', args: [{ username: 'ada' }] },
      { name: 'fetch', args: ['/a', { method: 'POST' }] },
      { name: 'logout', args: [] },
    ]);
  });

  it('fails when asked to, once', async () => {
    const client = createTestClient<User>({ status: 'anonymous', user: ada });
    client.failNext('login', 'invalid_credentials');
    await expect(client.login({})).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(client.getSnapshot().status).toBe('anonymous');
    await client.login({});
    client.failNext('fetch', new TypeError('mine'));
    await expect(client.fetch('/a')).rejects.toThrow('mine');
  });

  it('answers as told, and asks for the password', async () => {
    let fresh = false;
    const client = createTestClient<User>({
      user: ada,
      age: '1h',
      fetch: () =>
        Promise.resolve(json(fresh ? 200 : 401, {}, fresh ? {} : { 'Latchkey-Code': 'not_fresh' })),
    });
    const snapshot = client.getSnapshot();
    expect(snapshot.status === 'authenticated' && Date.now() - snapshot.session.authTime).toBe(
      3_600_000,
    );
    expect((await client.fetch('/a')).status).toBe(401);
    client.onNotFresh(async () => {
      await client.reauthenticate('x');
      return (fresh = true);
    });
    expect((await client.fetch('/a')).status).toBe(200);
    expect(client.getSnapshot()).toMatchObject({ session: { authTime: Date.now() } });
  });

  it('shows the idle warning until the person stays', () => {
    function Warning() {
      const { warning, secondsLeft, stay } = useIdleTimeout();
      return warning ? <button onClick={stay}>{secondsLeft}</button> : 'none';
    }
    const client = createTestClient<User>({ user: ada });
    render(
      <AuthProvider client={client}>
        <Warning />
      </AuthProvider>,
    );
    act(() => client.warn('45s'));
    act(() => screen.getByRole('button', { name: '45' }).click());
    expect(document.body.textContent).toBe('none');
    expect(client.calls).toEqual([{ name: 'stay', args: [] }]);
  });
});

describe('fakeClock', () => {
  it('wakes real clients after a sleep', async () => {
    csrfCookie('csrf-1');
    new Server();
    const client = await startedClient({ idle: { timeout: '5m' } });
    vi.useRealTimers();
    const clock = fakeClock(Date.parse('2026-01-01T12:00:00Z'));
    onTestFinished(clock.restore);
    clock.advance('4.5m');
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated' });
    clock.advance('1h');
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', reason: 'idle' });
    clock.restore();
    expect(Date.now()).toBeGreaterThan(Date.parse('2026-01-01T14:00:00Z'));
  });
});

describe('for Playwright', () => {
  it('tokens become a storage state that a client understands', async () => {
    new Server();
    const { origins, cookies } = storageState('https://app.example.com/x', {
      access: 'access-1',
      refresh: 'refresh-1',
    });
    expect(cookies).toEqual([]);
    expect(origins[0]?.origin).toBe('https://app.example.com');
    for (const { name, value } of origins[0]?.localStorage ?? []) localStorage.setItem(name, value);
    const client = await startedClient({ mode: 'headers', storage: 'local' });
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
  });

  it('tokens may have names of their own', () => {
    const state = storageState('https://a.example', { access: '1', refresh: '2' }, { access: 'a' });
    expect(state.origins[0]?.localStorage).toEqual([{ name: 'a', value: '1' }]);
  });

  const state: StorageState = { cookies: [], origins: [] };
  const answering = (status: number) => {
    const posted: unknown[] = [];
    const requests: ApiRequests = {
      post: (...args) => {
        posted.push(args);
        const answer = { ok: () => status < 300, status: () => status };
        return Promise.resolve({ ...answer, text: () => Promise.resolve('no') });
      },
      storageState: () => Promise.resolve(state),
    };
    return [requests, posted] as const;
  };

  it('signIn signs in without a page, from the origin of the server', async () => {
    const [requests, posted] = answering(200);
    expect(await signIn(requests, 'https://a.example/app', { username: 'ada' })).toBe(state);
    expect(posted).toEqual([
      [
        'https://a.example/api/v1/sign-in',
        { data: { username: 'ada' }, headers: { Origin: 'https://a.example' } },
      ],
    ]);
  });

  it('signIn says what went wrong, without the password', async () => {
    const [requests] = answering(401);
    await expect(
      signIn(requests, 'https://a.example', { password: 'secret' }, '/login'),
    ).rejects.toThrow('Signing in at https://a.example/login failed: 401 no');
  });
});
