import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ada,
  csrfCookie,
  granted,
  joinTabs,
  json,
  later,
  refusal,
  Server,
  settled,
  startedClient,
} from './server.js';

let server: Server;
beforeEach(() => {
  server = new Server();
  csrfCookie('csrf-1');
});

const renewals = () => server.asked('POST /api/v1/refresh').length;
const moveMouse = () => window.dispatchEvent(new Event('pointermove'));

function visibility(state: 'visible' | 'hidden'): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
}

describe('a renewal', () => {
  it('is shared by all who ask while it runs', async () => {
    const client = await startedClient();
    const answer = later<Response>();
    server.on('POST /api/v1/refresh', () => answer.promise);
    const all = Promise.all([client.refresh(), client.refresh(), client.refresh()]);
    await settled();
    answer.resolve(granted());
    expect(await all).toEqual([true, true, true]);
    expect(renewals()).toBe(1);
  });

  it('that lands after the sign-out is discarded', async () => {
    const client = await startedClient();
    const answer = later<Response>();
    // An answer that the abort comes too late for.
    vi.stubGlobal('fetch', (url: string) =>
      url.endsWith('refresh') ? answer.promise : Promise.resolve(json(200, {})),
    );
    const renewal = client.refresh();
    await settled();
    await client.logout();
    answer.resolve(granted({ user: ada }));
    expect(await renewal).toBe(false);
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(client.timeLeft()).toBe(Infinity);
  });

  it('is called off by a sign-out', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/refresh', () => later<Response>().promise);
    const renewal = client.refresh();
    await settled();
    await client.logout();
    expect(await renewal).toBe(false);
  });

  it('is void from the moment at which a sign-out begins', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/refresh', () => later<Response>().promise);
    const renewal = client.refresh();
    await settled();
    const goodbye = later<Response>();
    server.on('POST /api/v1/sign-out', () => goodbye.promise);
    const leaving = client.logout();
    await settled();
    expect(await renewal).toBe(false);
    goodbye.resolve(json(200, {}));
    await leaving;
  });

  it('that is refused after somebody else signed in does not end their session', async () => {
    const client = await startedClient();
    const answer = later<Response>();
    vi.stubGlobal('fetch', (url: string) =>
      url.endsWith('refresh') ? answer.promise : Promise.resolve(granted({ user: ada })),
    );
    const renewal = client.refresh();
    await settled();
    await client.login({ username: 'ada', password: 'x' });
    answer.resolve(refusal('session_ended'));
    expect(await renewal).toBe(true);
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('gives up on a server that does not answer, and signs nobody out', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/refresh', () => later<Response>().promise);
    const renewal = expect(client.refresh()).rejects.toMatchObject({ code: 'network' });
    await vi.advanceTimersByTimeAsync(31_000);
    await renewal;
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('can be tried again after one that failed', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/refresh', () => new TypeError('failed to fetch'));
    await expect(client.refresh()).rejects.toThrow();
    server.on('POST /api/v1/refresh', () => granted());
    expect(await client.refresh()).toBe(true);
  });
});

describe('by itself a page renews', () => {
  it('while it is visible and used', async () => {
    visibility('visible');
    await startedClient();
    await vi.advanceTimersByTimeAsync(860_000);
    moveMouse();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(renewals()).toBe(1);
  });

  it('not while it is hidden', async () => {
    visibility('hidden');
    await startedClient();
    await vi.advanceTimersByTimeAsync(860_000);
    moveMouse();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(renewals()).toBe(0);
  });

  it('not while nobody uses it', async () => {
    visibility('visible');
    const client = await startedClient();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(renewals()).toBe(0);
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('again a little later after a failure', async () => {
    visibility('visible');
    await startedClient();
    server.on('POST /api/v1/refresh', () => new TypeError('failed to fetch'));
    await vi.advanceTimersByTimeAsync(1000);
    moveMouse();
    await vi.advanceTimersByTimeAsync(874_000);
    const failed = renewals();
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(4);
    await vi.advanceTimersByTimeAsync(6000);
    expect(renewals()).toBeGreaterThan(failed);
  });
});

describe('with refresh.mode "ask" a page', () => {
  const ask = { refresh: { mode: 'ask' } } as const;

  it('goes to expired when the access token ends, and back when asked', async () => {
    const client = await startedClient(ask);
    const expired = vi.fn();
    client.on('expired', expired);
    await vi.advanceTimersByTimeAsync(901_000);
    expect(client.getSnapshot()).toEqual({
      status: 'expired',
      canRefresh: true,
      reason: 'token_expired',
    });
    expect(expired).toHaveBeenCalledTimes(1);
    expect(renewals()).toBe(0);
    expect(await client.refresh()).toBe(true);
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
  });

  it('says at first sight of no cookies that nobody is signed in', async () => {
    server.on('GET /api/v1/me', () => refusal('token_missing'));
    const client = await startedClient({ ...ask, csrf: false });
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
  });

  it('does not renew when a request is refused', async () => {
    const client = await startedClient(ask);
    server.on('GET /a', () => refusal('token_expired'));
    expect((await client.fetch('/a')).status).toBe(401);
    expect(renewals()).toBe(0);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', canRefresh: true });
  });

  it('is expired at the start, and asks who it is after the renewal', async () => {
    server.on('GET /api/v1/me', () => refusal('token_expired'));
    const client = await startedClient(ask);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', canRefresh: true });
    server.on('GET /api/v1/me', () => granted({ user: ada }));
    await client.refresh();
    await settled();
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
  });

  it('cannot come back from a session that has ended', async () => {
    const client = await startedClient(ask);
    server.on('GET /a', () => refusal('session_ended', { reason: 'reuse' }));
    await client.fetch('/a');
    expect(client.getSnapshot()).toEqual({ status: 'expired', canRefresh: false, reason: 'reuse' });
  });
});

describe('the lock between tabs', () => {
  it('is waited for', async () => {
    const lock = later<undefined>();
    const request = vi.fn(async (_name: string, _options: object, run: () => unknown) => {
      await lock.promise;
      return run();
    });
    vi.stubGlobal('navigator', { locks: { request } });
    const client = await startedClient();
    const renewal = client.refresh();
    await settled();
    expect(renewals()).toBe(0);
    lock.resolve(undefined);
    expect(await renewal).toBe(true);
    expect(renewals()).toBe(1);
  });

  it('spares the renewal that another tab has made meanwhile', async () => {
    const lock = later<undefined>();
    const request = async (_name: string, _options: object, run: () => unknown) => {
      await lock.promise;
      return run();
    };
    vi.stubGlobal('navigator', { locks: { request } });
    joinTabs();
    const [waiting, other] = [
      await startedClient(),
      await startedClient({ refresh: { lockTimeout: 0 } }),
    ];
    const renewal = waiting.refresh();
    await other.refresh();
    lock.resolve(undefined);
    expect(await renewal).toBe(true);
    expect(renewals()).toBe(1);
  });

  it('is not waited for longer than its timeout', async () => {
    vi.useRealTimers();
    const request = (_name: string, { signal }: { signal: AbortSignal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
      );
    vi.stubGlobal('navigator', { locks: { request } });
    server = new Server();
    const { createAuthClient } = await import('../src/index.js');
    const client = createAuthClient({ refresh: { lockTimeout: 20 } });
    expect(await client.refresh()).toBe(true);
    expect(renewals()).toBe(1);
  });

  it('is done without where the browser refuses it', async () => {
    const request = () => Promise.reject(new DOMException('', 'SecurityError'));
    vi.stubGlobal('navigator', { locks: { request } });
    const client = await startedClient();
    expect(await client.refresh()).toBe(true);
  });

  it('does not run a renewal twice that failed while holding it', async () => {
    const request = (_name: string, _options: object, run: () => unknown) => Promise.resolve(run());
    vi.stubGlobal('navigator', { locks: { request } });
    const client = await startedClient();
    server.on('POST /api/v1/refresh', () => new TypeError('failed to fetch'));
    await expect(client.refresh()).rejects.toThrow();
    expect(renewals()).toBe(1);
  });
});
