import { beforeEach, describe, expect, it, vi } from 'vitest';
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

let server: Server;
let told: unknown[];
beforeEach(() => {
  server = new Server();
  told = joinTabs();
});

describe('tabs', () => {
  it('tell each other facts, never tokens', async () => {
    server.on('POST /api/v1/sign-in', () =>
      granted({ user: ada, access_token: 'SECRET', refresh_token: 'SECRET', csrf_token: 'SECRET' }),
    );
    server.on('POST /api/v1/refresh', () =>
      granted({ access_token: 'SECRET', csrf_token: 'SECRET' }),
    );
    const client = await startedClient({ idle: { timeout: '5m' } });
    await client.login({ username: 'ada', password: 'SECRET' });
    await client.refresh();
    client.stay();
    await client.logout();
    expect(told.map((fact) => (fact as { type: string }).type)).toEqual([
      'signedIn',
      'renewed',
      'active',
      'signedOut',
    ]);
    expect(JSON.stringify(told)).not.toContain('SECRET');
    expect(JSON.stringify(told)).not.toContain(ada.username);
  });

  it('sign in together', async () => {
    const [one, two] = [await startedClient(), await startedClient()];
    const heard = vi.fn();
    two.on('signedIn', heard);
    csrfCookie('csrf-1');
    await one.login({ username: 'ada', password: 'x' });
    await settled();
    expect(two.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
    expect(heard).toHaveBeenCalledExactlyOnceWith({ elsewhere: true, reason: '' });
  });

  it('sign in together, even if the word is here before the tokens', async () => {
    server.on('POST /api/v1/sign-in', () => granted({ user: ada, access_token: 'a.b.c' }));
    const options = { mode: 'headers', storage: 'local' } as const;
    const [one, two] = [await startedClient(options), await startedClient(options)];
    // The other tab's view of what is stored is a moment old.
    const late = vi.spyOn(Storage.prototype, 'getItem').mockReturnValue(null);
    await one.login({ username: 'ada', password: 'x' });
    await settled();
    expect(two.getSnapshot()).toEqual({ status: 'anonymous' });
    late.mockRestore();
    dispatchEvent(new StorageEvent('storage', { key: 'latchkey.access' }));
    await settled();
    expect(two.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
    await one.logout();
  });

  it('sign out together', async () => {
    csrfCookie('csrf-1');
    const [one, two] = [await startedClient(), await startedClient()];
    const heard = vi.fn();
    two.on('signedOut', heard);
    await one.logout();
    expect(two.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(heard).toHaveBeenCalledExactlyOnceWith({ elsewhere: true, reason: '' });
    expect(server.asked('POST /api/v1/sign-out')).toHaveLength(1);
  });

  it('need one renewal for all', async () => {
    csrfCookie('csrf-1');
    const [one, two] = [await startedClient(), await startedClient()];
    vi.setSystemTime(Date.now() + 890_000);
    await one.fetch('/a');
    await two.fetch('/a');
    expect(server.asked('POST /api/v1/refresh')).toHaveLength(1);
    expect(two.timeLeft()).toBe(900_000);
  });

  it('send a refused request again when another tab has renewed meanwhile', async () => {
    csrfCookie('csrf-1');
    const [one, two] = [await startedClient(), await startedClient()];
    const slow = later<Response>();
    let first = true;
    server.on('GET /a', () => {
      if (!first) return json(200, {});
      first = false;
      return slow.promise;
    });
    const answer = two.fetch('/a');
    await settled();
    await one.refresh();
    slow.resolve(refusal('token_expired'));
    expect((await answer).status).toBe(200);
    expect(server.asked('POST /api/v1/refresh')).toHaveLength(1);
  });

  it('notice that it is somebody else now', async () => {
    csrfCookie('csrf-1');
    const [one, two] = [await startedClient(), await startedClient()];
    const bob = { id: '2', username: 'bob' };
    server.on('POST /api/v1/sign-in', () => granted({ user: bob }));
    server.on('GET /api/v1/me', () => granted({ user: bob }));
    await one.login({ username: 'bob', password: 'x' });
    await settled();
    expect(two.getSnapshot()).toMatchObject({ user: bob });
  });

  it('that could not be told notice a sign-out when they are looked at', async () => {
    csrfCookie('csrf-1');
    const client = await startedClient();
    noCookie();
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
  });

  it('keep their own tokens when these live in memory', async () => {
    server.on('POST /api/v1/sign-in', () =>
      granted({ user: ada, access_token: 'a', refresh_token: 'r' }),
    );
    server.on('POST /api/v1/refresh', () => granted({ access_token: 'b' }, 3600));
    const headers = { mode: 'headers' } as const;
    const [one, two] = [await startedClient(headers), await startedClient(headers)];
    await one.login({ username: 'ada', password: 'x' });
    await settled();
    expect(two.getSnapshot()).toEqual({ status: 'anonymous' });

    await two.login({ username: 'ada', password: 'x' });
    await one.refresh();
    expect([one.timeLeft(), two.timeLeft()]).toEqual([3_600_000, 900_000]);
  });
});

describe('a page from the back/forward cache', () => {
  const comeBack = () =>
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));

  it('shows nothing private after a sign-out', async () => {
    csrfCookie('csrf-1');
    const client = await startedClient();
    noCookie();
    comeBack();
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' }); // at once, before any answer
  });

  it('asks again who is signed in', async () => {
    csrfCookie('csrf-1');
    const client = await startedClient();
    const bob = { id: '2', username: 'bob' };
    server.on('GET /api/v1/me', () => granted({ user: bob }));
    comeBack();
    await settled();
    expect(client.getSnapshot()).toMatchObject({ user: bob });
  });
});

it('a client that was stopped can still sign out', async () => {
  csrfCookie('csrf-1');
  const client = makeClient();
  const stop = client.start();
  await settled();
  stop();
  told.length = 0;
  await client.logout();
  expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
  expect(told).toEqual([]);
});

it('works where there is no BroadcastChannel', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  csrfCookie('csrf-1');
  const client = await startedClient();
  await client.logout();
  expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
});
