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

describe('login', () => {
  it('sends what was typed as JSON and knows who it is', async () => {
    const client = await startedClient();
    const signedIn = vi.fn();
    client.on('signedIn', signedIn);
    await client.login({ username: 'ada', password: 'secret' });
    const [sent] = server.asked('POST /api/v1/sign-in');
    expect(sent?.headers.get('Content-Type')).toBe('application/json');
    expect(JSON.parse(sent?.body ?? '')).toEqual({ username: 'ada', password: 'secret' });
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
    expect(signedIn).toHaveBeenCalledExactlyOnceWith({ elsewhere: false, reason: '' });
  });

  it('asks who it is when the answer does not say', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/sign-in', () => {
      csrfCookie('new');
      return json(200, { msg: 'Login successful' });
    });
    await client.login({ username: 'ada', password: 'secret' });
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
  });

  it('rejects with what the server said, and changes nothing', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/sign-in', () =>
      json(429, { msg: 'Too many tries.', code: 'too_many_tries' }, { 'Retry-After': '7' }),
    );
    await expect(client.login({ username: 'ada', password: 'x' })).rejects.toMatchObject({
      name: 'AuthError',
      message: 'Too many tries.',
      code: 'too_many_tries',
      status: 429,
      retryAfter: 7,
      fields: [],
      reason: '',
    });
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(server.asked('POST /api/v1/refresh')).toEqual([]);
  });

  it('prefers the code in the header, where the body is not ours', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/sign-in', () =>
      json(401, { msg: 'Invalid credentials' }, { 'Latchkey-Code': 'invalid_credentials' }),
    );
    await expect(client.login({})).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('copes with an answer that is no JSON', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/sign-in', () => new Response('<html>', { status: 502 }));
    await expect(client.login({})).rejects.toMatchObject({ code: '', status: 502 });
  });
});

it('signUp rejects with the fields that were refused', async () => {
  const client = await startedClient();
  const fields = [{ field: 'password', msg: 'Too short.' }];
  server.on('POST /api/v1/sign-up', () => json(422, { msg: 'x', code: 'invalid_input', fields }));
  await expect(client.signUp({ username: 'ada', password: 'x' })).rejects.toMatchObject({ fields });
});

it('signUp signs in', async () => {
  const client = await startedClient();
  server.on('POST /api/v1/sign-up', () => granted({ user: ada }));
  await client.signUp({ username: 'ada', password: 'x' });
  expect(client.getSnapshot().status).toBe('authenticated');
});

describe('logout', () => {
  beforeEach(() => csrfCookie('csrf-1'));

  it('tells the server once, however often it is asked for', async () => {
    const client = await startedClient();
    const signedOut = vi.fn();
    client.on('signedOut', signedOut);
    await Promise.all([client.logout(), client.logout()]);
    expect(server.asked('POST /api/v1/sign-out')).toHaveLength(1);
    expect(server.asked('POST /api/v1/sign-out')[0]?.headers.get('X-CSRF-TOKEN')).toBe('csrf-1');
    expect(signedOut).toHaveBeenCalledExactlyOnceWith({ elsewhere: false, reason: '' });
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    await client.logout();
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
  });

  it('succeeds when the server says that nobody is signed in', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/sign-out', () => refusal('token_expired'));
    await client.logout();
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(server.asked('POST /api/v1/refresh')).toEqual([]);
  });

  it('rejects when only the server could do it and it cannot be reached', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/sign-out', () => new TypeError('failed to fetch'));
    await expect(client.logout()).rejects.toMatchObject({ code: 'network' });
    expect(client.getSnapshot().status).toBe('authenticated');
  });
});

describe('a request that needs a recent sign-in', () => {
  beforeEach(() => {
    csrfCookie('csrf-1');
    let fresh = false;
    server.on('POST /email', () => (fresh ? json(200, {}) : refusal('not_fresh')));
    server.on('POST /api/v1/reauthenticate', () => {
      fresh = true;
      csrfCookie('csrf-2');
      return granted({ user: ada, session: { id: 's2' }, csrf_token: 'csrf-2' });
    });
  });
  const change = { method: 'POST', body: '{"email":"x"}' };

  it('asks for the password and then sends the original request again', async () => {
    const client = await startedClient();
    client.onNotFresh(async () => {
      await client.reauthenticate('secret');
      return true;
    });
    expect((await client.fetch('/email', change)).status).toBe(200);
    const sent = server.asked('POST /email');
    expect(sent.map(({ body }) => body)).toEqual([change.body, change.body]);
    expect(sent.map(({ headers }) => headers.get('X-CSRF-TOKEN'))).toEqual(['csrf-1', 'csrf-2']);
    expect(client.getSnapshot()).toMatchObject({ session: { id: 's2' } });
    expect(server.asked('POST /api/v1/refresh')).toEqual([]);
  });

  it('asks once for several', async () => {
    const client = await startedClient();
    const asked = vi.fn(async () => {
      await client.reauthenticate('secret');
      return true;
    });
    client.onNotFresh(asked);
    const answers = await Promise.all([
      client.fetch('/email', change),
      client.fetch('/email', change),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['gives up', () => Promise.resolve(false)],
    ['fails', () => Promise.reject(new Error('mine'))],
  ])('gets its refusal when the one who asks %s', async (_, handler) => {
    const client = await startedClient();
    client.onNotFresh(handler);
    expect((await client.fetch('/email', change)).status).toBe(401);
    expect(server.asked('POST /email')).toHaveLength(1);
  });

  it('gets its refusal at once when nobody asks, or no longer', async () => {
    const client = await startedClient();
    client.onNotFresh(() => Promise.resolve(true))();
    const answer = await client.fetch('/email', change);
    expect(await answer.json()).toMatchObject({ code: 'not_fresh' });
    expect(server.asked('POST /email')).toHaveLength(1);
  });

  it('is sent again once only', async () => {
    const client = await startedClient();
    server.on('POST /email', () => refusal('not_fresh'));
    client.onNotFresh(() => Promise.resolve(true));
    expect((await client.fetch('/email', change)).status).toBe(401);
    expect(server.asked('POST /email')).toHaveLength(2);
  });

  it('is not sent as somebody who signed in meanwhile', async () => {
    const client = await startedClient();
    client.onNotFresh(async () => {
      await client.logout();
      return true;
    });
    expect((await client.fetch('/email', change)).status).toBe(401);
    expect(server.asked('POST /email')).toHaveLength(1);
  });
});

describe('reauthenticate', () => {
  beforeEach(() => csrfCookie('csrf-1'));

  it('rejects a wrong password and keeps the person signed in', async () => {
    const client = await startedClient();
    server.on('POST /api/v1/reauthenticate', () => refusal('invalid_credentials'));
    await expect(client.reauthenticate('x')).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(client.getSnapshot().status).toBe('authenticated');
    expect(server.asked('POST /api/v1/refresh')).toEqual([]);
  });

  it('waits for a renewal under way, whose cookies would replace the new ones', async () => {
    const client = await startedClient();
    const answer = later<Response>();
    server.on('POST /api/v1/refresh', () => answer.promise);
    const renewal = client.refresh();
    const done = client.reauthenticate('secret');
    await settled();
    expect(server.asked('POST /api/v1/reauthenticate')).toEqual([]);
    answer.resolve(granted());
    await Promise.all([renewal, done]);
    expect(server.asked('POST /api/v1/reauthenticate')).toHaveLength(1);
    expect(client.getSnapshot()).toMatchObject({ session: { id: 's2' } });
  });
});

it('changePassword sends both passwords and takes in the new session', async () => {
  csrfCookie('csrf-1');
  const client = await startedClient();
  server.on('POST /api/v1/password', () => granted({ user: ada, session: { id: 's3' } }));
  await client.changePassword('old', 'new');
  expect(JSON.parse(server.asked('POST /api/v1/password')[0]?.body ?? '')).toEqual({
    current_password: 'old',
    new_password: 'new',
  });
  expect(client.getSnapshot()).toMatchObject({ session: { id: 's3' } });
});
