import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientOptions, Tokens } from '../src/index.js';
import { ada, csrfCookie, granted, json, refusal, Server, startedClient } from './server.js';

let server: Server;
beforeEach(() => {
  server = new Server();
  server.on('POST /api/v1/sign-in', () =>
    granted({ user: ada, access_token: 'access-1', refresh_token: 'refresh-1' }),
  );
  server.on('POST /api/v1/refresh', () =>
    granted({ access_token: 'access-2', refresh_token: 'refresh-2' }),
  );
});

async function signedIn(options: ClientOptions = {}) {
  const client = await startedClient({ mode: 'headers', ...options });
  await client.login({ username: 'ada', password: 'x' });
  return client;
}

const bearer = (route: string) =>
  server.asked(route).map(({ headers }) => headers.get('Authorization'));

describe('in headers mode', () => {
  it('tokens are asked for and sent, and cookies are not', async () => {
    csrfCookie('csrf-1');
    const client = await signedIn();
    expect(JSON.parse(server.asked('POST /api/v1/sign-in')[0]?.body ?? '')).toMatchObject({
      delivery: 'body',
    });
    await client.fetch('/a', { method: 'POST' });
    const [sent] = server.asked('POST /a');
    expect(sent?.headers.get('Authorization')).toBe('Bearer access-1');
    expect(sent?.headers.get('X-CSRF-TOKEN')).toBeNull();
  });

  it('a renewal sends the refresh token, and the request is repeated with the new one', async () => {
    const client = await signedIn();
    server.on('GET /a', ({ headers }) =>
      headers.get('Authorization') === 'Bearer access-2' ? json(200, {}) : refusal('token_expired'),
    );
    expect((await client.fetch('/a')).status).toBe(200);
    expect(bearer('POST /api/v1/refresh')).toEqual(['Bearer refresh-1']);
    await client.refresh();
    expect(bearer('POST /api/v1/refresh')).toEqual(['Bearer refresh-1', 'Bearer refresh-2']);
  });

  it('an answer that is a stream of JSON is handed on before it ends', async () => {
    const client = await signedIn();
    const headers = { 'Content-Type': 'application/x-ndjson' };
    server.on('GET /feed', () => new Response(new ReadableStream(), { headers }));
    expect((await client.fetch('/feed')).bodyUsed).toBe(false);
  });

  it('the access token is never sent in place of a refresh token that is not there', async () => {
    server.on('POST /api/v1/sign-in', () => granted({ user: ada, access_token: 'access-1' }));
    server.on('POST /api/v1/refresh', () => refusal('token_missing'));
    const client = await signedIn();
    expect(await client.refresh()).toBe(false);
    expect(bearer('POST /api/v1/refresh')).toEqual([null]);
  });

  it.each([
    ['headers', () => json(200, {}, { Authorization: 'Bearer access-3' })],
    ['a JSON body', () => json(200, { name: 'x', access_token: 'access-3' })],
  ])('a new token in %s of any answer replaces the stored one', async (_, answer) => {
    const client = await signedIn();
    server.on('GET /profile', answer);
    await client.fetch('/profile');
    await client.fetch('/a');
    expect(bearer('GET /a')).toEqual(['Bearer access-3']);
    await client.refresh(); // the refresh token is still the old one
    expect(bearer('POST /api/v1/refresh')).toEqual(['Bearer refresh-1']);
  });

  it('both tokens are taken from the headers of a sign-in', async () => {
    server.on('POST /api/v1/sign-in', () =>
      json(
        200,
        { user: ada, session: { id: 's' } },
        {
          Authorization: 'Bearer access-9',
          'Refresh-Token': 'Bearer refresh-9',
        },
      ),
    );
    const client = await signedIn();
    await client.refresh();
    expect(bearer('POST /api/v1/refresh')).toEqual(['Bearer refresh-9']);
  });

  it('tokens do not go to other origins', async () => {
    const client = await signedIn();
    await client.fetch('https://evil.example/a');
    expect(bearer('GET https://evil.example/a')).toEqual([null]);
  });

  it('a sign-out forgets the tokens even when the server cannot be told', async () => {
    const client = await signedIn({ storage: 'local' });
    server.on('POST /api/v1/sign-out', () => new TypeError('failed to fetch'));
    await expect(client.logout()).rejects.toMatchObject({ code: 'network' });
    expect(bearer('POST /api/v1/sign-out')).toEqual(['Bearer access-1']);
    expect(client.getSnapshot()).toEqual({ status: 'anonymous' });
    expect(localStorage).toHaveLength(0);
  });

  it('a token that comes after the sign-out is not stored', async () => {
    const client = await signedIn({ storage: 'local' });
    let answer!: (response: Response) => void;
    server.on('GET /profile', () => new Promise<Response>((resolve) => (answer = resolve)));
    const late = client.fetch('/profile');
    await client.logout();
    answer(json(200, { access_token: 'access-3' }));
    await late;
    expect(localStorage).toHaveLength(0);
  });
});

describe('storage', () => {
  it('"memory" keeps nothing that outlives the page', async () => {
    await signedIn({ storage: 'memory' });
    expect(localStorage).toHaveLength(0);
    expect(sessionStorage).toHaveLength(0);
    const reloaded = await startedClient({ mode: 'headers', storage: 'memory' });
    expect(reloaded.getSnapshot()).toEqual({ status: 'anonymous' });
  });

  it('"session" survives a reload but never holds a refresh token', async () => {
    const client = await signedIn({ storage: 'session' });
    expect(JSON.stringify(sessionStorage)).toContain('access-1');
    expect(JSON.stringify(sessionStorage)).not.toContain('refresh-1');
    expect(localStorage).toHaveLength(0);
    await client.refresh();
    expect(bearer('POST /api/v1/refresh')).toEqual(['Bearer refresh-1']);
    expect(JSON.stringify(sessionStorage)).not.toContain('refresh-2');

    const reloaded = await startedClient({ mode: 'headers', storage: 'session' });
    expect(reloaded.getSnapshot()).toMatchObject({ status: 'authenticated' });
  });

  it('"local" holds both and is shared', async () => {
    await signedIn({ storage: 'local' });
    const other = await startedClient({ mode: 'headers', storage: 'local' });
    expect(other.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
    await other.refresh();
    expect(bearer('POST /api/v1/refresh')).toEqual(['Bearer refresh-1']);
  });

  it('that is switched off is replaced by memory', async () => {
    for (const method of ['getItem', 'setItem', 'removeItem'] as const) {
      vi.spyOn(Storage.prototype, method).mockImplementation(() => {
        throw new DOMException('', 'SecurityError');
      });
    }
    const client = await signedIn({ storage: 'local' });
    await client.fetch('/a');
    expect(bearer('GET /a')).toEqual(['Bearer access-1']);
    await client.logout();
  });

  it('may be the caller’s own', async () => {
    let kept: Tokens | null = null;
    const storage = {
      get: () => kept,
      set: (tokens: Tokens | null) => void (kept = tokens),
    };
    const client = await signedIn({ storage });
    expect(kept).toEqual({ access: 'access-1', refresh: 'refresh-1' });
    await client.logout();
    expect(kept).toBeNull();
  });
});
