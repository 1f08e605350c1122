import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientOptions } from '../src/index.js';
import {
  ada,
  csrfCookie,
  joinTabs,
  json,
  makeClient,
  Server,
  settled,
  startedClient,
} from './server.js';

let server: Server;
beforeEach(() => {
  server = new Server();
  joinTabs();
  csrfCookie('csrf-1');
});

const minutes = (n: number) => n * 60_000;
const five: ClientOptions = { idle: { timeout: '5m' } };
const lock: ClientOptions = { idle: { timeout: '5m', action: 'lock' } };
const gesture = (name = 'pointermove') => window.dispatchEvent(new Event(name));
const pass = (time: number) => vi.advanceTimersByTimeAsync(time);
/** The clock moves while the page does not run, as when a laptop sleeps. */
const sleep = (time: number) => vi.setSystemTime(Date.now() + time);

describe('after the timeout without a gesture', () => {
  it('the person is signed out, with the reason', async () => {
    const client = await startedClient(five);
    const signedOut = vi.fn();
    client.on('signedOut', signedOut);
    await pass(minutes(5) + 1000);
    expect(client.getSnapshot()).toEqual({ status: 'expired', canRefresh: false, reason: 'idle' });
    expect(server.asked('POST /api/v1/sign-out')).toHaveLength(1);
    expect(signedOut).toHaveBeenCalledExactlyOnceWith({ elsewhere: false, reason: 'idle' });
  });

  it('the screen is cleared even when the server cannot be told', async () => {
    server.on('POST /api/v1/sign-out', () => new TypeError('failed to fetch'));
    const client = await startedClient(five);
    await pass(minutes(5) + 1000);
    expect(client.getSnapshot()).toMatchObject({ reason: 'idle' });
  });

  it('nothing happens to somebody who is not signed in', async () => {
    document.cookie = 'latchkey_csrf=; Path=/; Max-Age=0';
    const client = await startedClient(five);
    await pass(minutes(60));
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(server.seen).toEqual([]);
  });

  it('nothing happens without the setting', async () => {
    const client = await startedClient();
    await pass(minutes(600));
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', warning: 0 });
  });
});

describe('what counts as activity', () => {
  it.each(['pointerdown', 'pointermove', 'keydown', 'scroll'])('%s does', async (name) => {
    const client = await startedClient(five);
    await pass(minutes(3));
    gesture(name);
    await pass(minutes(3));
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', warning: 0 });
  });

  it('a renewal does not, nor does a request', async () => {
    const client = await startedClient(five);
    await pass(minutes(3));
    await client.refresh();
    await client.fetch('/a');
    await pass(minutes(2) + 1000);
    expect(client.getSnapshot()).toMatchObject({ reason: 'idle' });
    expect(server.asked('POST /api/v1/activity')).toEqual([]);
  });

  it('what happens in another tab does', async () => {
    const other = await startedClient(five);
    const client = await startedClient(five);
    await pass(minutes(3));
    other.stay();
    await pass(minutes(3));
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('the gesture that ends a sleep comes too late', async () => {
    const client = await startedClient(five);
    sleep(minutes(120));
    gesture();
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', reason: 'idle' });
  });

  it('a request after a sleep is not sent as the person who left', async () => {
    const client = await startedClient(five);
    sleep(minutes(120));
    server.on('GET /a', () => json(401, { code: 'session_ended' }));
    await client.fetch('/a');
    expect(client.getSnapshot()).toMatchObject({ reason: 'idle' });
  });
});

describe('the server is told of activity', () => {
  it('at most every third of the timeout, and only while there is some', async () => {
    await startedClient(five);
    for (let second = 0; second < 300; second += 10) {
      await pass(10_000);
      gesture();
    }
    expect(server.asked('POST /api/v1/activity')).toHaveLength(3);
    await pass(minutes(4));
    expect(server.asked('POST /api/v1/activity')).toHaveLength(3);
  });
});

describe('the warning', () => {
  it('comes a minute before and names the moment', async () => {
    const client = await startedClient(five);
    const deadline = Date.now() + minutes(5);
    await pass(minutes(4) - 1000);
    expect(client.getSnapshot()).toMatchObject({ warning: 0 });
    await pass(1000);
    expect(client.getSnapshot()).toMatchObject({ warning: deadline });
  });

  it('comes at least 20 seconds before', async () => {
    const client = await startedClient({ idle: { timeout: '5m', warn: '1s' } });
    await pass(minutes(5) - 20_000);
    expect(client.getSnapshot()).toMatchObject({ warning: Date.now() + 20_000 });
  });

  it('is not answered by a gesture, which may be an accident', async () => {
    const client = await startedClient(five);
    await pass(minutes(4) + 1000);
    gesture();
    expect(client.getSnapshot()).not.toMatchObject({ warning: 0 });
    await pass(minutes(1));
    expect(client.getSnapshot()).toMatchObject({ reason: 'idle' });
  });

  it('is answered in every tab by staying in one', async () => {
    const [one, two] = [await startedClient(five), await startedClient(five)];
    await pass(minutes(4) + 1000);
    expect(two.getSnapshot()).not.toMatchObject({ warning: 0 });
    one.stay();
    for (const client of [one, two]) expect(client.getSnapshot()).toMatchObject({ warning: 0 });
    expect(server.asked('POST /api/v1/activity')).toHaveLength(1);
  });

  it('must fit into the timeout', () => {
    expect(() => makeClient({ idle: { timeout: '60s' } })).toThrow(RangeError);
  });
});

describe('with action "lock" the page', () => {
  it('is locked, makes no requests, and opens after a renewal', async () => {
    const client = await startedClient(lock);
    const idle = vi.fn();
    client.on('idle', idle);
    await pass(minutes(5) + 1000);
    expect(client.getSnapshot()).toEqual({ status: 'idle' });
    expect(idle).toHaveBeenCalledTimes(1);
    expect(server.asked('POST /api/v1/sign-out')).toEqual([]);
    await expect(client.fetch('/a')).rejects.toMatchObject({ code: 'idle' });
    expect(server.asked('GET /a')).toEqual([]);

    expect(await client.refresh()).toBe(true);
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
    await pass(minutes(4));
    expect(client.getSnapshot().status).toBe('authenticated'); // a new count
  });

  it('is still locked after a reload, and shows nothing before', async () => {
    await startedClient(lock);
    await pass(minutes(5) + 1000);
    const asked = server.seen.length;
    const reloaded = await startedClient(lock);
    expect(reloaded.getSnapshot()).toEqual({ status: 'idle' });
    expect(server.seen).toHaveLength(asked);

    await reloaded.refresh();
    await settled();
    expect(reloaded.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
    expect((await startedClient(lock)).getSnapshot().status).toBe('authenticated');
  });

  it('is locked and opened in every tab', async () => {
    const [one, two] = [await startedClient(lock), await startedClient(lock)];
    await pass(minutes(5) + 1000);
    expect([one, two].map((client) => client.getSnapshot().status)).toEqual(['idle', 'idle']);
    await one.refresh();
    expect(two.getSnapshot().status).toBe('authenticated');
  });

  it('can be signed out of', async () => {
    const client = await startedClient(lock);
    await pass(minutes(5) + 1000);
    await client.logout();
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
  });
});
