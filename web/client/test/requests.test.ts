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
  csrfCookie('csrf-1');
});

/** Makes a route refuse until the tokens are renewed. */
function expireUntilRenewed(...routes: string[]): void {
  let expired = true;
  for (const route of routes) {
    server.on(route, () => (expired ? refusal('token_expired') : json(200, { ok: true })));
  }
  server.on('POST /api/v1/refresh', () => {
    expired = false;
    return granted();
  });
}

describe('an answer of 401', () => {
  it('renews once for all requests and sends each once more', async () => {
    const client = await startedClient();
    expireUntilRenewed('GET /a', 'GET /b', 'GET /c');
    const answers = await Promise.all(['/a', '/b', '/c'].map((path) => client.fetch(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(server.asked('POST /api/v1/refresh')).toHaveLength(1);
    expect(server.asked('GET /a')).toHaveLength(2);
  });

  it('is handed out when the second try is refused too', async () => {
    const client = await startedClient();
    server.on('GET /a', () => refusal('token_expired'));
    expect((await client.fetch('/a')).status).toBe(401);
    expect(server.asked('GET /a')).toHaveLength(2);
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('is tried again without a renewal when the tokens are newer than the request', async () => {
    const client = await startedClient();
    const slow = later<Response>();
    let first = true;
    server.on('GET /a', () => {
      if (!first) return json(200, {});
      first = false;
      return slow.promise;
    });
    const answer = client.fetch('/a');
    await settled();
    await client.refresh();
    slow.resolve(refusal('token_expired'));
    expect((await answer).status).toBe(200);
    expect(server.asked('POST /api/v1/refresh')).toHaveLength(1);
  });

  it('sends the headers anew: a CSRF value that changed meanwhile is the new one', async () => {
    const client = await startedClient();
    expireUntilRenewed('POST /a');
    const renewal = server.asked('POST /api/v1/refresh');
    server.on('POST /api/v1/refresh', () => {
      csrfCookie('csrf-2');
      server.on('POST /a', () => json(200, {}));
      return granted();
    });
    await client.fetch('/a', { method: 'POST', headers: { 'X-Mine': 'kept' }, body: '{}' });
    const sent = server.asked('POST /a').map(({ headers }) => headers);
    expect(sent.map((headers) => headers.get('X-CSRF-TOKEN'))).toEqual(['csrf-1', 'csrf-2']);
    expect(sent.map((headers) => headers.get('X-Mine'))).toEqual(['kept', 'kept']);
    expect(renewal).toEqual([]);
  });

  it('ends the session when that is what it says', async () => {
    const client = await startedClient();
    const ended = vi.fn();
    client.on('expired', ended);
    const gone = () => refusal('session_ended', { reason: 'password_changed' });
    server.on('GET /a', gone);
    server.on('POST /api/v1/refresh', gone);
    expect((await client.fetch('/a')).status).toBe(401);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', reason: 'password_changed' });
    expect(ended).toHaveBeenCalledExactlyOnceWith({ elsewhere: false, reason: 'password_changed' });
  });

  it('ends the session when the second try is told so', async () => {
    const client = await startedClient();
    const renewed = () => server.asked('POST /api/v1/refresh').length > 0;
    server.on('GET /a', () =>
      renewed() ? refusal('session_ended', { reason: 'revoked' }) : refusal('token_expired'),
    );
    expect((await client.fetch('/a')).status).toBe(401);
    expect(client.getSnapshot()).toMatchObject({ status: 'expired', reason: 'revoked' });
  });

  it('leads to no renewal when nobody is signed in', async () => {
    const client = await startedClient();
    await client.logout();
    server.on('GET /a', () => refusal('token_missing'));
    await client.fetch('/a');
    expect(server.asked('POST /api/v1/refresh')).toEqual([]);
  });

  it('leads to no renewal when it is about a password that was sent', async () => {
    const client = await startedClient();
    server.on('POST /a', () => refusal('invalid_credentials'));
    expect((await client.fetch('/a', { method: 'POST' })).status).toBe(401);
    expect(server.asked('POST /api/v1/refresh')).toEqual([]);
  });

  it.each([
    ['a stream', () => ({ body: new ReadableStream(), duplex: 'half' })],
    ['the body of a Request', () => undefined],
  ])('does not send %s twice', async (kind, init) => {
    const client = await startedClient();
    expireUntilRenewed('POST /a');
    const request = new Request('https://app.example.com/a', { method: 'POST', body: 'x' });
    const answer =
      kind === 'a stream'
        ? await client.fetch('/a', { method: 'POST', ...init() })
        : await client.fetch(request);
    expect(answer.status).toBe(401);
    expect(server.asked('POST /a')).toHaveLength(1);
  });

  it('does not send a request again as somebody else', async () => {
    const client = await startedClient();
    const slow = later<Response>();
    server.on('POST /a', () => slow.promise);
    const answer = client.fetch('/a', { method: 'POST' });
    await settled();
    await client.logout();
    csrfCookie('bob');
    server.on('POST /api/v1/sign-in', () => granted({ user: { id: '2', username: 'bob' } }));
    await client.login({ username: 'bob', password: 'x' });
    slow.resolve(refusal('token_expired'));
    expect((await answer).status).toBe(401);
    expect(server.asked('POST /a')).toHaveLength(1);
  });
});

it.each(['csrf', 'cross_origin', 'forbidden'])('does not renew after 403 %s', async (code) => {
  const client = await startedClient();
  server.on('POST /a', () => json(403, { code }));
  expect((await client.fetch('/a', { method: 'POST' })).status).toBe(403);
  expect(server.asked('POST /api/v1/refresh')).toEqual([]);
  expect(server.asked('POST /a')).toHaveLength(1);
});

describe('a network failure', () => {
  it('of a request rejects and signs nobody out', async () => {
    const client = await startedClient();
    server.on('GET /a', () => new TypeError('failed to fetch'));
    await expect(client.fetch('/a')).rejects.toMatchObject({ name: 'AuthError', code: 'network' });
    expect(client.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
  });

  it.each([
    ['of a renewal', () => new TypeError('failed to fetch'), 'network'],
    ['of the server behind a renewal', () => json(503, { code: 'unavailable' }), 'unavailable'],
  ])('%s rejects and signs nobody out', async (_, failure, code) => {
    const client = await startedClient();
    server.on('GET /a', () => refusal('token_expired'));
    server.on('POST /api/v1/refresh', failure);
    await expect(client.fetch('/a')).rejects.toMatchObject({ code });
    expect(client.getSnapshot().status).toBe('authenticated');
  });

  it('is not made of an abort by the caller', async () => {
    const client = await startedClient();
    const abort = new AbortController();
    server.on('GET /a', () => later<Response>().promise);
    const answer = client.fetch('/a', { signal: abort.signal });
    await settled();
    abort.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('credentials', () => {
  it('carry the CSRF value on unsafe methods only', async () => {
    const client = await startedClient();
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      await client.fetch('/a', { method });
    }
    const sent = server.seen.filter(({ path }) => path === '/a');
    expect(sent.map(({ method, headers }) => [method, headers.get('X-CSRF-TOKEN')])).toEqual([
      ['GET', null],
      ['HEAD', null],
      ['POST', 'csrf-1'],
      ['PUT', 'csrf-1'],
      ['PATCH', 'csrf-1'],
      ['DELETE', 'csrf-1'],
    ]);
  });

  it.each(['__Host-', '__Secure-', ''])('find the CSRF cookie with prefix "%s"', async (prefix) => {
    const client = await startedClient();
    vi.spyOn(document, 'cookie', 'get').mockReturnValue(`x=1; ${prefix}latchkey_csrf=v=1; y=2`);
    await client.fetch('/a', { method: 'POST' });
    expect(server.asked('POST /a')[0]?.headers.get('X-CSRF-TOKEN')).toBe('v=1');
  });

  it('stay away from other origins', async () => {
    const client = await startedClient();
    await client.fetch('https://evil.example/a', { method: 'POST' });
    const [sent] = server.asked('POST https://evil.example/a');
    expect(sent?.headers.get('X-CSRF-TOKEN')).toBeNull();
    expect(sent?.credentials).toBeUndefined();
  });

  it('stay away from look-alikes of this origin', async () => {
    const client = await startedClient();
    for (const url of [
      'https://app.example.com.evil.example/a',
      '//evil.example/a',
      '/\\evil.example/a',
    ]) {
      await client.fetch(url, { method: 'POST' });
    }
    expect(server.seen.filter(({ headers }) => headers.has('X-CSRF-TOKEN'))).toEqual([]);
  });

  it('go to allowed origins and to the server of another host', async () => {
    const client = await startedClient({
      baseUrl: 'https://api.example.com',
      allowedOrigins: ['https://files.example.com'],
    });
    for (const url of ['https://files.example.com/a', 'https://api.example.com/a']) {
      await client.fetch(url, { method: 'POST' });
      expect(server.asked(`POST ${url}`)[0]).toMatchObject({ credentials: 'include' });
    }
  });

  it('use the CSRF value of the answers where the cookie cannot be read', async () => {
    document.cookie = 'latchkey_csrf=; Path=/; Max-Age=0';
    server.on('POST https://api.example.com/api/v1/sign-in', () =>
      granted({ user: ada, csrf_token: 'from-answer' }),
    );
    server.on('GET https://api.example.com/api/v1/me', () => refusal('token_missing'));
    server.on('POST https://api.example.com/api/v1/refresh', () => refusal('token_missing'));
    const client = await startedClient({ baseUrl: 'https://api.example.com' });
    expect(client.getSnapshot().status).toBe('anonymous'); // it had to ask
    await client.login({ username: 'ada', password: 'x' });
    await client.fetch('https://api.example.com/a', { method: 'POST' });
    const [sent] = server.asked('POST https://api.example.com/a');
    expect(sent?.headers.get('X-CSRF-TOKEN')).toBe('from-answer');
  });
});

describe('expiry', () => {
  it('is looked at before a request: it is renewed first, not refused first', async () => {
    server.on('GET /api/v1/me', () => granted({ user: ada }, 900));
    const client = await startedClient();
    vi.setSystemTime(Date.now() + 880_000);
    await client.fetch('/a');
    expect(server.seen.slice(1).map(({ path }) => path)).toEqual(['/api/v1/refresh', '/a']);
  });

  it('of short tokens leaves them three quarters of their life', async () => {
    server.on('GET /api/v1/me', () => granted({ user: ada }, 4));
    const client = await startedClient();
    vi.setSystemTime(Date.now() + 2900);
    await client.fetch('/a');
    expect(server.asked('POST /api/v1/refresh')).toHaveLength(0);
    vi.setSystemTime(Date.now() + 200);
    await client.fetch('/a');
    expect(server.asked('POST /api/v1/refresh')).toHaveLength(1);
  });

  it('counts from before the request, whatever the clock of the server says', async () => {
    const answer = later<Response>();
    server.on('GET /api/v1/me', () => answer.promise);
    const client = await startedClient();
    vi.setSystemTime(Date.now() + 5000); // a slow answer
    answer.resolve(
      json(
        200,
        { user: ada, session: { id: 's1' }, expires_in: 900 },
        { Date: 'Mon, 01 Jan 2001 00:00:00 GMT' },
      ),
    );
    await settled();
    expect(client.timeLeft()).toBe(895_000);
  });

  it('moves when any answer carries new tokens', async () => {
    const client = await startedClient();
    server.on('GET /a', () => json(200, {}, { 'Latchkey-Expires-In': '3600' }));
    await client.fetch('/a');
    expect(client.timeLeft()).toBe(3_600_000);
  });
});

it('leaves the answer readable', async () => {
  const client = await startedClient();
  server.on('GET /a', () => granted({ mine: 1 }));
  expect(await (await client.fetch('/a')).json()).toMatchObject({ mine: 1 });
  server.on('GET /b', () => json(401, { code: 'invalid_credentials', mine: 2 }));
  expect(await (await client.fetch('/b')).json()).toMatchObject({ mine: 2 });
});
