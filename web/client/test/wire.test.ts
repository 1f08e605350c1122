import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthError, tokenStorage } from '../src/index.js';
import { anotherServer } from '../src/wire.js';
import type { ServerOptions } from '../src/wire.js';
import { csrfCookie, json, Server, settled, startedClient } from './server.js';
import type { User } from './server.js';

let server: Server;
beforeEach(() => {
  server = new Server();
});

const bearer = (route: string) =>
  server.asked(route).map(({ headers }) => headers.get('Authorization'));
const refused = (status: number, code: string) =>
  json(status, { message: code }, { 'Latchkey-Code': code });

/** A server that puts tokens in headers and tells who is signed in its own way. */
const headers = anotherServer<User>({
  mode: 'headers',
  storage: tokenStorage('local', { access: 'accessToken', refresh: 'refreshToken' }),
  endpoints: { me: '/protected', 'sign-in': '/login', refresh: '/refresh', activity: false },
  user: ({ logged_in_as: name }) =>
    typeof name === 'string' ? { id: '', username: name } : undefined,
});

/** A server that gives one token, and nothing else. */
const oneTokenOptions = {
  mode: 'headers',
  storage: tokenStorage('local', { access: 'token' }),
  endpoints: { me: false, 'sign-in': '/token', 'sign-out': '/logout', refresh: false },
} satisfies ServerOptions;
const oneToken = anotherServer(oneTokenOptions);

describe('a server with tokens in headers', () => {
  beforeEach(() => {
    const bearers = { Authorization: 'Bearer a-1', 'Refresh-Token': 'Bearer r-1' };
    server.on('POST /login', () =>
      json(200, { msg: 'ok' }, { ...bearers, 'Latchkey-Expires-In': '600' }),
    );
    server.on('GET /protected', () => json(200, { logged_in_as: 'ada' }));
  });

  it('says who is signed in by its own call, and tokens are kept under their own names', async () => {
    const client = await startedClient(headers);
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    await client.login({ username: 'ada', password: 'x' });
    expect(client.getSnapshot()).toMatchObject({
      user: { username: 'ada' },
      session: { id: '', authTime: 0, endsAt: 0 },
    });
    expect(localStorage.getItem('accessToken')).toBe('a-1');
    expect(localStorage.getItem('refreshToken')).toBe('r-1');
    expect(client.timeLeft()).toBe(600_000);
  });

  it('ends the session by the code in a header, whatever the status', async () => {
    localStorage.setItem('accessToken', 'planted');
    server.on('GET /protected', () => refused(422, 'token_invalid'));
    server.on('POST /refresh', () => refused(422, 'token_invalid'));
    const client = await startedClient(headers);
    expect(client.getSnapshot()).toEqual({
      status: 'expired',
      canRefresh: false,
      reason: 'token_invalid',
    });
    expect(localStorage).toHaveLength(0);
  });

  it('that names no user has nobody signed in', async () => {
    localStorage.setItem('accessToken', 'a-1');
    server.on('GET /protected', () => json(200, {}));
    expect((await startedClient(headers)).getSnapshot()).toEqual({ status: 'anonymous' });
  });

  it('is not bothered with activity it has no call for', async () => {
    const client = await startedClient({ ...headers, idle: { timeout: '5m' } });
    await client.login({ username: 'ada', password: 'x' });
    client.stay();
    await settled();
    expect(server.seen.map(({ path }) => path)).not.toContain('/api/v1/activity');
  });
});

describe('a server with one token and no more', () => {
  beforeEach(() => {
    server.on('POST /token', () => json(200, { access_token: 'a-1' }));
  });

  it('has signed in whoever has the token, also after a reload', async () => {
    const client = await startedClient(oneToken);
    await client.login({ email: 'ada', password: 'x' });
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: null });
    expect(localStorage.getItem('token')).toBe('a-1');
    expect((await startedClient(oneToken)).getSnapshot().status).toBe('authenticated');
    expect(server.seen.map(({ path }) => path)).toEqual(['/token']);
  });

  it.each([401, 422])('ends the session with its token: %i', async (status) => {
    localStorage.setItem('token', 'a-1');
    const client = await startedClient(oneToken);
    server.on('GET /profile', () => refused(status, 'token_expired'));
    expect((await client.fetch('/profile')).status).toBe(status);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', canRefresh: false });
    expect(bearer('GET /profile')).toEqual(['Bearer a-1']);
    expect(localStorage).toHaveLength(0);
  });

  it('ends the session by the clock, not before', async () => {
    server.on('POST /token', () =>
      json(200, { access_token: 'a-1' }, { 'Latchkey-Expires-In': '60' }),
    );
    const client = await startedClient(oneToken);
    await client.login({});
    await vi.advanceTimersByTimeAsync(59_000);
    await client.fetch('/a');
    expect(client.getSnapshot().status).toBe('authenticated');
    await vi.advanceTimersByTimeAsync(2000);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', canRefresh: false });
    expect(localStorage).toHaveLength(0);
  });

  it('need not have a call to sign out', async () => {
    localStorage.setItem('token', 'a-1');
    const endpoints = { me: false, 'sign-out': false } as const;
    const client = await startedClient(anotherServer({ ...oneTokenOptions, endpoints }));
    await client.logout();
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(server.seen).toEqual([]);
  });
});

describe('a server without a call to renew', () => {
  it('ends the session when it is asked to', async () => {
    localStorage.setItem('token', 'a-1');
    const client = await startedClient(oneToken);
    expect(await client.refresh()).toBe(false);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', reason: 'token_expired' });
    expect(server.seen).toEqual([]);
  });

  it('is not asked while the token lasts, however the page is used', async () => {
    server.on('POST /token', () => json(200, { access_token: 'a-1', expires_in: 60 }));
    const client = await startedClient(oneToken);
    await client.login({});
    await vi.advanceTimersByTimeAsync(50_000);
    window.dispatchEvent(new Event('pointermove'));
    await vi.advanceTimersByTimeAsync(9000);
    expect(client.getSnapshot().status).toBe('authenticated');
  });
});

describe('a server with a CSRF value of its own kind', () => {
  const csrf = { cookie: 'own_csrf', header: 'X-Own' };
  beforeEach(() => {
    document.cookie = 'own_csrf=v; Path=/';
    csrfCookie('not-this');
    return () => (document.cookie = 'own_csrf=; Path=/; Max-Age=0');
  });

  it('gets it from its own cookie in its own header', async () => {
    const client = await startedClient(anotherServer({ csrf }));
    await client.fetch('/a', { method: 'POST', headers: { 'X-Mine': 'kept' } });
    const [sent] = server.asked('POST /a');
    expect(sent?.headers.get('X-Own')).toBe('v');
    expect(sent?.headers.get('X-Mine')).toBe('kept');
    expect(sent?.headers.has('X-CSRF-TOKEN')).toBe(false);
  });

  it('gets none if it has none', async () => {
    const client = await startedClient(anotherServer({ csrf: false }));
    await client.fetch('/a', { method: 'POST' });
    expect(server.asked('POST /a')[0]?.headers.has('X-CSRF-TOKEN')).toBe(false);
  });
});

it('calls that are not named, and requests of the app, go where they went', async () => {
  const client = await startedClient(anotherServer({ endpoints: { 'sign-in': '/login' } }));
  server.on('POST /login', () => json(200, {}));
  csrfCookie('csrf-1');
  await client.login({});
  await client.fetch('/api/v1/notes');
  const paths = server.seen.map(({ path }) => path);
  expect(paths).toEqual(['/login', '/api/v1/me', '/api/v1/notes']);
});

it('words for people come from "message" where there is no "msg"', async () => {
  server.on('POST /api/v1/sign-in', () => json(401, { message: 'Login Failed' }));
  const client = await startedClient();
  const error = new AuthError('Login Failed', '', { status: 401 });
  await expect(client.login({})).rejects.toEqual(error);
});

it('an account that is gone ends the session with 404 too, and 403 never does', async () => {
  csrfCookie('csrf-1');
  const client = await startedClient();
  server.on('GET /a', () => refused(403, 'token_invalid'));
  await client.fetch('/a');
  expect(client.getSnapshot().status).toBe('authenticated');
  expect(server.asked('POST /api/v1/refresh')).toHaveLength(0);
  server.on('GET /b', () => refused(404, 'user_gone'));
  server.on('POST /api/v1/refresh', () => refused(404, 'user_gone'));
  await client.fetch('/b');
  expect(client.getSnapshot()).toMatchObject({ status: 'expired', reason: 'user_gone' });
});

describe('tokenStorage', () => {
  it('of kind session has no place for a refresh token, also with names of its own', () => {
    const storage = tokenStorage('session', { access: 'a', refresh: 'r' });
    storage.set({ access: '1', refresh: '2' });
    expect(Object.entries(sessionStorage)).toEqual([['a', '1']]);
    expect(storage.get()).toEqual({ access: '1', refresh: '2' });
  });

  it('forgets what another tab has forgotten', () => {
    const storage = tokenStorage('local');
    storage.set({ access: '1', refresh: '2' });
    localStorage.clear();
    expect(storage.get()).toBeNull();
  });
});
