import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ada,
  csrfCookie,
  granted,
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
});

describe('finding out who is signed in', () => {
  it('is anonymous without asking when there is no CSRF cookie', async () => {
    const client = await startedClient();
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(server.seen).toEqual([]);
  });

  it('is loading until the server has answered', async () => {
    csrfCookie('a');
    const answer = later<Response>();
    server.on('GET /api/v1/me', () => answer.promise);
    const client = await startedClient();
    expect(client.getSnapshot()).toEqual({ status: 'loading' });
    answer.resolve(granted({ user: ada }));
    await settled();
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
  });

  it('takes in who it is from an answer that carries no tokens', async () => {
    csrfCookie('a');
    server.on('GET /api/v1/me', () =>
      json(200, { user: ada, session: { id: 's1' }, expires_in: 100 }),
    );
    const client = await startedClient();
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
    expect(client.timeLeft()).toBe(100_000);
  });

  it('renews an access token that has ended, without passing through another status', async () => {
    csrfCookie('a');
    let expired = true;
    server.on('GET /api/v1/me', () =>
      expired ? refusal('token_expired') : granted({ user: ada }),
    );
    server.on('POST /api/v1/refresh', () => {
      expired = false;
      return granted();
    });
    const statuses: string[] = [];
    const client = await startedClient();
    client.subscribe(() => statuses.push(client.getSnapshot().status));
    await settled();
    expect(client.getSnapshot().status).toBe('authenticated');
    expect(statuses.filter((status) => status !== 'authenticated')).toEqual([]);
    expect(server.asked('POST /api/v1/refresh')).toHaveLength(1);
  });

  it('is anonymous when the server knows of no cookies', async () => {
    csrfCookie('a');
    server.on('GET /api/v1/me', () => refusal('token_missing'));
    server.on('POST /api/v1/refresh', () => refusal('token_missing'));
    expect((await startedClient()).getSnapshot()).toEqual({ status: 'anonymous' });
  });

  it.each([
    ['session_ended', { reason: 'ended_by_user' }, 'ended_by_user'],
    ['token_expired', {}, 'token_expired'],
  ])('is expired with its reason after %s', async (code, more, reason) => {
    csrfCookie('a');
    server.on('GET /api/v1/me', () => refusal(code, more));
    server.on('POST /api/v1/refresh', () => refusal(code, more));
    expect((await startedClient()).getSnapshot()).toEqual({
      status: 'expired',
      canRefresh: false,
      reason,
    });
  });

  it('is expired when the account is gone', async () => {
    csrfCookie('a');
    server.on('GET /api/v1/me', () => refusal('user_gone'));
    expect((await startedClient()).getSnapshot()).toMatchObject({ reason: 'user_gone' });
  });

  it.each([
    ['a network failure', () => new TypeError('failed to fetch')],
    ['trouble at the server', () => json(503, { code: 'unavailable', msg: 'Later.' })],
  ])('keeps trying after %s, and signs nobody out', async (_, failure) => {
    csrfCookie('a');
    server.on('GET /api/v1/me', failure);
    const client = await startedClient();
    expect(client.getSnapshot()).toMatchObject({
      status: 'loading',
      problem: { name: 'AuthError' },
    });

    server.on('GET /api/v1/me', () => granted({ user: ada }));
    await vi.advanceTimersByTimeAsync(6000);
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('tries at once when the network is back', async () => {
    csrfCookie('a');
    server.on('GET /api/v1/me', () => new TypeError('failed to fetch'));
    const client = await startedClient();
    server.on('GET /api/v1/me', () => granted({ user: ada }));
    window.dispatchEvent(new Event('online'));
    await settled();
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('stops when told to', async () => {
    const stop = (await startedClient()).start();
    stop();
    csrfCookie('a');
    server.on('GET /api/v1/me', () => granted({ user: ada }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.seen).toEqual([]);
  });
});

describe('the snapshot', () => {
  it('is the same object until something changes', async () => {
    csrfCookie('a');
    const client = await startedClient();
    const before = client.getSnapshot();
    const called = vi.fn();
    client.subscribe(called);
    await client.refresh(); // brings new tokens, and nothing that anybody can see
    expect(client.getSnapshot()).toBe(before);
    expect(called).not.toHaveBeenCalled();
  });

  it('is not reported to those who stopped listening', async () => {
    csrfCookie('a');
    const client = await startedClient();
    const called = vi.fn();
    client.subscribe(called)();
    await client.logout();
    expect(called).not.toHaveBeenCalled();
  });

  it('reaches everybody although one listener throws', async () => {
    csrfCookie('a');
    const client = await startedClient();
    const reported = vi.fn((event: Event) => event.preventDefault());
    window.addEventListener('error', reported, { once: true });
    const called = vi.fn();
    client.subscribe(() => {
      throw new Error('mine');
    });
    client.subscribe(called);
    await client.logout();
    expect(called).toHaveBeenCalled();
  });

  it('tells when the person signed in by the clock of this device', async () => {
    csrfCookie('a');
    const hour = 3_600_000;
    const server_now = Date.now() - hour; // the server's clock is behind
    server.on('GET /api/v1/me', () =>
      json(
        200,
        {
          user: ada,
          session: { id: 's1', auth_time: new Date(server_now - 60_000).toISOString() },
          expires_in: 900,
        },
        { Date: new Date(server_now).toUTCString() },
      ),
    );
    const snapshot = (await startedClient()).getSnapshot();
    expect(snapshot).toMatchObject({ session: { authTime: Date.now() - 60_000, endsAt: 0 } });
  });
});
