import { onTestFinished, vi } from 'vitest';
import { createAuthClient } from '../src/index.js';
import type { AuthClient, ClientOptions } from '../src/index.js';

/** A request as the server sees it. */
export interface Seen {
  method: string;
  path: string;
  headers: Headers;
  credentials: string | undefined;
  body: string;
}

type Reply = Response | Error | Promise<Response | Error>;
type Handler = (seen: Seen) => Reply | undefined;

export interface User {
  id: string;
  username: string;
}

export const origin = 'https://app.example.com';
export const ada: User = { id: '1', username: 'ada' };

/** A JSON answer. */
export function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

export const refusal = (code: string, more: object = {}) => json(401, { msg: code, code, ...more });

/** An answer that carries tokens, as the server marks it. */
export const granted = (body: object = {}, seconds = 900) =>
  json(
    200,
    { session: sessionOf('s1'), expires_in: seconds, csrf_token: 'csrf-1', ...body },
    { 'Latchkey-Expires-In': String(seconds) },
  );

export const sessionOf = (id: string, age = 0) => ({
  id,
  auth_time: new Date(Date.now() - age).toISOString(),
  ends_at: new Date(Date.now() + 30 * 86_400_000).toISOString(),
});

/** Answers in place of the server, and keeps what it was asked. */
export class Server {
  readonly seen: Seen[] = [];
  readonly #routes = new Map<string, Handler>();

  constructor() {
    this.on('GET /api/v1/me', () => granted({ user: ada }));
    this.on('POST /api/v1/refresh', () => granted());
    this.on('POST /api/v1/sign-in', () => granted({ user: ada }));
    this.on('POST /api/v1/reauthenticate', () =>
      granted({ user: ada, session: sessionOf('s2'), csrf_token: 'csrf-2' }),
    );
    this.on('POST /api/v1/sign-out', () => json(200, { msg: 'Signed out.' }));
    this.on('POST /api/v1/activity', () => new Response(null, { status: 204 }));
    vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) =>
      this.#answer(input, init),
    );
  }

  /** Replaces what is answered to a request, such as `GET /thing`. */
  on(route: string, handler: Handler): void {
    this.#routes.set(route, handler);
  }

  /** The requests to a route, in order. */
  asked(route: string): Seen[] {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === route);
  }

  async #answer(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const request = new Request(new URL(input instanceof Request ? input.url : input, origin), {
      method: init.method ?? (input instanceof Request ? input.method : 'GET'),
      headers: init.headers ?? {},
    });
    const url = new URL(request.url);
    const seen: Seen = {
      method: request.method,
      path: (url.origin === origin ? '' : url.origin) + url.pathname,
      headers: request.headers,
      credentials: init.credentials,
      body: typeof init.body === 'string' ? init.body : '',
    };
    this.seen.push(seen);
    const reply = this.#routes.get(`${seen.method} ${seen.path}`)?.(seen) ?? json(404, {});
    const aborted = new Promise<never>((_, reject) =>
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error)),
    );
    const answer = await Promise.race([reply, aborted]);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** A promise to settle later. */
export function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => (resolve = r));
  return { promise, resolve };
}

/** Lets everything happen that is ready to. */
export const settled = () => vi.advanceTimersByTimeAsync(0);

/** Shows the client a browser in which somebody is signed in, as far as the cookie tells. */
export function csrfCookie(value: string): void {
  document.cookie = `latchkey_csrf=${value}; Path=/`;
}

export function noCookie(): void {
  document.cookie = 'latchkey_csrf=; Path=/; Max-Age=0';
}

/** A client that stops when the test ends. No locks: jsdom has none, and tests of them bring their own. */
export function makeClient(options: ClientOptions = {}): AuthClient<User> {
  return createAuthClient<User>(options);
}

/** A client that has found somebody signed in, or not. */
export async function startedClient(options: ClientOptions = {}): Promise<AuthClient<User>> {
  const client = makeClient(options);
  onTestFinished(client.start());
  await settled();
  return client;
}

/** Joins the clients of one test as if each were a tab. Returns what they told each other. */
export function joinTabs(): unknown[] {
  const told: unknown[] = [];
  const open = new Set<Line>();
  class Line {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    constructor() {
      open.add(this);
    }
    postMessage(data: unknown) {
      told.push(data);
      for (const line of open) if (line !== this) line.onmessage?.({ data: structuredClone(data) });
    }
    close() {
      open.delete(this);
    }
  }
  vi.stubGlobal('BroadcastChannel', Line);
  return told;
}
