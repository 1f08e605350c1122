import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ClientOptions } from '../src/index.js';
import {
  ada,
  csrfCookie,
  granted,
  joinTabs,
  json,
  later,
  makeClient,
  noCookie,
  refusal,
  Server,
  settled,
  startedClient,
} from './server.js';

// The rules of the package, each from a failure that users of other libraries reported: one test a
// rule, which fails without it. The details are in the other files.

let server: Server;
beforeEach(() => {
  server = new Server();
  csrfCookie('csrf-1');
});

const renewals = () => server.asked('POST /api/v1/refresh').length;
const headers: ClientOptions = { mode: 'headers', storage: 'local' };
const five: ClientOptions = { idle: { timeout: '5m' } };
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const sleep = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const touch = () => window.dispatchEvent(new Event('pointermove'));

/** The server wants tokens of a renewal. */
function expired(route = 'GET /a'): void {
  server.on(route, () => (renewals() ? json(200, {}) : refusal('token_expired')));
}

describe('renewing', () => {
  it('is correct without any lock: a tab whose renewal came second goes on all the same', async () => {
    vi.stubGlobal('navigator', {});
    joinTabs();
    const tabs = [await startedClient(), await startedClient()];
    expired();
    const answers = await Promise.all(tabs.map((tab) => tab.fetch('/a')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(tabs.map((tab) => tab.getSnapshot().status)).toEqual(['authenticated', 'authenticated']);
  });

  it('happens once at a time in a tab', async () => {
    const client = await startedClient();
    await Promise.all([client.refresh(), client.refresh(), client.refresh()]);
    expect(renewals()).toBe(1);
  });

  it('waits for the lock of a tab that hangs, but not for ever', async () => {
    const request = (_: string, { signal }: { signal: AbortSignal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error())));
    vi.stubGlobal('navigator', { locks: { request } });
    const gone = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(gone.signal);
    const client = await startedClient();
    const renewed = client.refresh();
    await settled();
    expect(renewals()).toBe(0);
    gone.abort();
    expect(await renewed).toBe(true);
  });

  it('needs a request, or a page that is visible and used', async () => {
    const client = await startedClient();
    await pass(899_000);
    expect(renewals()).toBe(0);
    const visible = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    touch();
    await pass(1000);
    expect(renewals()).toBe(0);
    visible.mockReturnValue('visible');
    await pass(1000);
    expect(renewals()).toBe(1);
    await pass(899_000);
    await client.fetch('/a');
    expect(renewals()).toBe(2);
  });

  it('does not count as activity, and activity is told at most every third of the timeout', async () => {
    const client = await startedClient(five);
    for (let minute = 0; minute < 3; minute++) {
      await pass(60_000);
      await client.refresh();
    }
    await pass(62_000);
    expect(client.getSnapshot()).toMatchObject({ warning: Date.now() + 58_000 });
    client.stay();
    for (let second = 0; second < 240; second += 2) {
      await pass(2000);
      touch();
    }
    expect(server.asked('POST /api/v1/activity')).toHaveLength(3);
  });

  it('that lands after the sign-out is discarded', async () => {
    const client = await startedClient();
    // Its head is here already, so that it cannot be called off any more.
    const rest = later<string>();
    const body = new ReadableStream({
      async pull(stream) {
        stream.enqueue(new TextEncoder().encode(await rest.promise));
        stream.close();
      },
    });
    const head = { 'Content-Type': 'application/json', 'Latchkey-Expires-In': '900' };
    server.on('POST /api/v1/refresh', () => new Response(body, { headers: head }));
    const renewing = client.refresh();
    await settled();
    await client.logout();
    rest.resolve(JSON.stringify({ user: ada, session: { id: 's' } }));
    expect(await renewing).toBe(false);
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
  });

  it('in mode "ask" is for the person to begin', async () => {
    const client = await startedClient({ refresh: { mode: 'ask' } });
    await pass(901_000);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', canRefresh: true });
    await client.fetch('/api/v1/me');
    expect(renewals()).toBe(0);
    await client.refresh();
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('in mode "ask" is not offered to somebody who never signed in', async () => {
    server.on('GET /api/v1/me', () => refusal('token_missing'));
    const client = await startedClient({ refresh: { mode: 'ask' } });
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
  });
});

describe('deadlines go by the wall clock and are looked at', () => {
  it.each<[string, (client: Awaited<ReturnType<typeof startedClient>>) => unknown]>([
    ['every second', () => pass(1000)],
    [
      'on visibilitychange',
      () => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })),
    ],
    ['on pageshow', () => window.dispatchEvent(new Event('pageshow'))],
    ['at a request', (client) => client.fetch('/a').catch(() => {})],
    ['at a gesture, which comes too late', touch],
  ])('%s', async (_, look) => {
    const client = await startedClient(five);
    sleep(3_600_000);
    await look(client);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', reason: 'idle' });
  });

  it('and the access token’s come as relative seconds, so that a wrong clock does no harm', async () => {
    const wrong = new Date(Date.now() + 86_400_000).toUTCString();
    server.on('GET /api/v1/me', () =>
      json(200, { user: ada, session: {}, expires_in: 600 }, { Date: wrong }),
    );
    expect((await startedClient()).timeLeft()).toBe(600_000);
  });
});

describe('a refused request', () => {
  it('with 401 leads to one shared renewal and one more try with headers built anew', async () => {
    const client = await startedClient();
    server.on('POST /a', ({ headers }) =>
      headers.get('X-CSRF-TOKEN') === 'csrf-2' ? json(200, {}) : refusal('token_expired'),
    );
    server.on('POST /api/v1/refresh', () => {
      csrfCookie('csrf-2');
      return granted();
    });
    const all = [client.fetch('/a', { method: 'POST' }), client.fetch('/a', { method: 'POST' })];
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual([200, 200]);
    expect([renewals(), server.asked('POST /a').length]).toEqual([1, 4]);
  });

  it('is tried twice and no more', async () => {
    const client = await startedClient();
    server.on('GET /a', () => refusal('token_expired'));
    expect((await client.fetch('/a')).status).toBe(401);
    expect(server.asked('GET /a')).toHaveLength(2);
  });

  it('is not sent again if its body is a stream', async () => {
    const client = await startedClient();
    expired('POST /a');
    const body = new ReadableStream();
    expect((await client.fetch('/a', { method: 'POST', body })).status).toBe(401);
    expect(server.asked('POST /a')).toHaveLength(1);
  });

  it('is not sent again after 403', async () => {
    const client = await startedClient();
    server.on('GET /a', () => json(403, { code: 'token_expired' }));
    expect((await client.fetch('/a')).status).toBe(403);
    expect([renewals(), server.asked('GET /a').length]).toEqual([0, 1]);
  });

  it('for want of a recent sign-in asks for the password and is then sent again', async () => {
    const client = await startedClient();
    const proved = () => server.asked('POST /api/v1/reauthenticate').length > 0;
    server.on('POST /a', () => (proved() ? json(200, {}) : refusal('not_fresh')));
    client.onNotFresh(() => client.reauthenticate('x').then(() => true));
    expect((await client.fetch('/a', { method: 'POST', body: '1' })).status).toBe(200);
    expect(server.asked('POST /a').map(({ body }) => body)).toEqual(['1', '1']);
    expect(renewals()).toBe(0);
  });

  it.each([
    ['token_expired', '', 'authenticated'],
    ['session_ended', 'idle', 'idle'],
    ['session_ended', 'revoked', 'revoked'],
    ['user_gone', '', 'user_gone'],
  ])('says by its code what happened: %s %s', async (code, reason, outcome) => {
    const client = await startedClient();
    server.on('GET /a', () => (renewals() ? json(200, {}) : refusal(code, { reason })));
    if (code !== 'token_expired') {
      server.on('POST /api/v1/refresh', () => refusal(code, { reason }));
    }
    await client.fetch('/a');
    const snapshot = client.getSnapshot();
    expect(snapshot.status === 'expired' ? snapshot.reason : snapshot.status).toBe(outcome);
  });
});

it('a network failure is not a sign-out', async () => {
  const client = await startedClient();
  server.on('GET /a', () => new TypeError('failed to fetch'));
  server.on('POST /api/v1/refresh', () => new TypeError('failed to fetch'));
  await expect(client.fetch('/a')).rejects.toMatchObject({ code: 'network' });
  await expect(client.refresh()).rejects.toMatchObject({ code: 'network' });
  expect(client.getSnapshot().status).toBe('authenticated');
});

describe('credentials', () => {
  it.each([
    ['https://evil.example/a', null],
    ['https://app.example.com.evil.example/a', null],
    ['http://app.example.com/a', null],
    ['/a', 'Bearer access-1'],
    ['https://api.example.com/a', 'Bearer access-1'],
  ])('go to this origin and the listed ones only: %s', async (url, sent) => {
    server.on('POST /api/v1/sign-in', () => granted({ user: ada, access_token: 'access-1' }));
    const client = makeClient({ ...headers, allowedOrigins: ['https://api.example.com'] });
    await client.login({});
    await client.fetch(url);
    expect(server.seen.at(-1)?.headers.get('Authorization')).toBe(sent);
  });

  it('that any answer renews replace the stored ones', async () => {
    server.on('POST /api/v1/sign-in', () => granted({ user: ada, access_token: 'access-1' }));
    const client = makeClient(headers);
    await client.login({});
    server.on('GET /a', () => json(200, { access_token: 'access-2' }));
    await client.fetch('/a');
    expect(localStorage.getItem('latchkey.access')).toBe('access-2');
  });

  it('of storage "session" never include a refresh token, which Duplicate Tab would copy', async () => {
    server.on('POST /api/v1/sign-in', () =>
      granted({ user: ada, access_token: 'access-1', refresh_token: 'refresh-1' }),
    );
    await makeClient({ mode: 'headers', storage: 'session' }).login({});
    expect(Object.values(sessionStorage)).toEqual(['access-1']);
    expect(localStorage).toHaveLength(0);
  });

  it('in cookie mode are no tokens: none is asked for, kept or sent', async () => {
    server.on('POST /api/v1/sign-in', () => granted({ user: ada, access_token: 'access-1' }));
    const client = await startedClient({ storage: 'local' });
    await client.login({});
    await client.fetch('/a');
    expect(server.asked('POST /api/v1/sign-in')[0]?.body).toBe('{}');
    expect(server.asked('GET /a')[0]?.headers.get('Authorization')).toBeNull();
    expect(localStorage).toHaveLength(0);
  });

  it('include the CSRF value of the session: the cookie’s, or that of the answers', async () => {
    const client = await startedClient();
    const csrf = async () => {
      await client.fetch('/a', { method: 'POST' });
      return server.seen.at(-1)?.headers.get('X-CSRF-TOKEN');
    };
    csrfCookie('from-cookie');
    expect(await csrf()).toBe('from-cookie');
    noCookie();
    expect(await csrf()).toBe('csrf-1');
    await client.reauthenticate('x');
    expect(await csrf()).toBe('csrf-2');
  });
});

describe('tabs', () => {
  it('tell each other facts, never tokens', async () => {
    const told = joinTabs();
    const secrets = { access_token: 'SECRET', refresh_token: 'SECRET', csrf_token: 'SECRET' };
    server.on('POST /api/v1/sign-in', () => granted({ user: ada, ...secrets }));
    server.on('POST /api/v1/refresh', () => granted(secrets));
    const client = await startedClient({ ...headers, ...five });
    await client.login({});
    await client.refresh();
    client.stay();
    await client.logout();
    const types = told.map((fact) => (fact as { type: string }).type);
    expect(types).toEqual(['signedIn', 'renewed', 'active', 'signedOut']);
    expect(JSON.stringify(told)).not.toContain('SECRET');
  });

  it('sign out together, and once is as good as twice', async () => {
    joinTabs();
    const [one, two] = [await startedClient(), await startedClient()];
    await Promise.all([one.logout(), one.logout()]);
    expect(two.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(server.asked('POST /api/v1/sign-out')).toHaveLength(1);
    server.on('POST /api/v1/sign-out', () => refusal('token_missing'));
    await two.logout();
    expect(two.getSnapshot()).toEqual({ status: 'anonymous' });
  });

  it('warn together, at least 20 seconds before, and one answer counts for all', async () => {
    joinTabs();
    const idle = { timeout: '5m', warn: '1s' } as const;
    const tabs = [await startedClient({ idle }), await startedClient({ idle })];
    const warnings = () =>
      tabs.map((tab) => (tab.getSnapshot() as { warning?: number }).warning !== 0);
    await pass(279_000);
    expect(warnings()).toEqual([false, false]);
    await pass(1000);
    expect(warnings()).toEqual([true, true]);
    tabs[0]?.stay();
    expect(warnings()).toEqual([false, false]);
  });
});

describe('what is shown', () => {
  it('is told to subscribers only when it really changed', async () => {
    const session = { id: 's', auth_time: new Date().toISOString() };
    server.on('GET /api/v1/me', () => granted({ user: { ...ada }, session }));
    server.on('POST /api/v1/refresh', () => granted({ session: { ...session } }));
    const client = await startedClient();
    const listener = vi.fn();
    const before = client.getSnapshot();
    onTestFinished(client.subscribe(listener));
    await client.refresh();
    await pass(10_000);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await settled();
    expect(listener).not.toHaveBeenCalled();
    expect(client.getSnapshot()).toBe(before);
  });

  it('is never the sign-in page while it is not known who is signed in', async () => {
    const shown: string[] = [];
    server.on('GET /api/v1/me', () =>
      renewals() ? granted({ user: ada }) : refusal('token_expired'),
    );
    const client = makeClient();
    client.subscribe(() => shown.push(client.getSnapshot().status));
    expect(client.getSnapshot().status).toBe('loading');
    onTestFinished(client.start());
    await settled();
    expect(shown).toEqual(['authenticated']);
  });

  it('stays locked after a reload, with idle.action "lock"', async () => {
    const lock: ClientOptions = { idle: { timeout: '3s', action: 'lock' } };
    const client = await startedClient(lock);
    await pass(3000);
    expect(client.getSnapshot()).toEqual({ status: 'idle' });
    const reloaded = await startedClient(lock);
    expect(reloaded.getSnapshot()).toEqual({ status: 'idle' });
    await expect(reloaded.fetch('/a')).rejects.toMatchObject({ code: 'idle' });
    await reloaded.refresh();
    expect((await startedClient(lock)).getSnapshot().status).toBe('authenticated');
  });
});

it('a module may create a client on a server, where there is no page', async () => {
  for (const name of ['window', 'document', 'location', 'localStorage', 'sessionStorage']) {
    vi.stubGlobal(name, undefined);
  }
  vi.resetModules();
  await Promise.all([import('../src/react-router.js'), import('../src/testing.js')]);
  const { createAuthClient } = await import('../src/index.js');
  expect(createAuthClient(five).getSnapshot()).toEqual({ status: 'loading' });
});
