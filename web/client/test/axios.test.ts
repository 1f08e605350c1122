import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios, { AxiosError } from 'axios';
import type { AxiosInstance } from 'axios';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { attach } from '../src/axios.js';
import { createAuthClient } from '../src/index.js';
import type { AuthClient, ClientOptions } from '../src/index.js';
import { csrfCookie } from './server.js';

// A real server and the browser's XMLHttpRequest.

type Answer = [status: number, body: object, headers?: Record<string, string>];
let server: Server;
let baseUrl: string;
let seen: { route: string; headers: IncomingMessage['headers']; body: string }[];
let answers: Record<string, (seen: IncomingMessage) => Answer | undefined>;

beforeEach(async () => {
  vi.useRealTimers();
  seen = [];
  answers = {
    'POST /api/v1/sign-in': () => [200, { ...someone, ...tokens(1) }],
    'POST /api/v1/refresh': () => [200, tokens(2)],
  };
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const someone = { user: { id: '1' }, session: { id: 's' }, expires_in: 900 };
const tokens = (n: number) => ({ access_token: `access-${n}`, refresh_token: `refresh-${n}` });
const expired: Answer = [401, { msg: 'expired', code: 'token_expired' }];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const route = `${request.method ?? ''} ${request.url ?? ''}`;
  if (request.method !== 'OPTIONS') seen.push({ route, headers: request.headers, body });
  const found = answers[route]?.(request);
  if (!found && answers[route]) return void request.socket.destroy();
  const [status, json, headers] = found ?? [request.method === 'OPTIONS' ? 204 : 404, {}];
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Access-Control-Allow-Origin': request.headers.origin ?? '*',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Headers': 'authorization,content-type,x-csrf-token,x-own',
    'Access-Control-Expose-Headers': 'Authorization,Latchkey-Code,Latchkey-Expires-In',
    ...headers,
  });
  response.end(status === 204 ? undefined : JSON.stringify(json));
}

async function attached(
  options: ClientOptions = { mode: 'headers' },
): Promise<[AxiosInstance, AuthClient, () => void]> {
  const auth = createAuthClient({ baseUrl, ...options });
  await auth.login({ username: 'ada', password: 'x' });
  const instance = axios.create({ baseURL: baseUrl });
  const detach = attach(instance, auth);
  onTestFinished(detach);
  return [instance, auth, detach];
}

const asked = (route: string) => seen.filter((request) => request.route === route);
const bearers = (route: string) => asked(route).map(({ headers }) => headers.authorization);
const needs = (token: string, ok: Answer) => (request: IncomingMessage) =>
  request.headers.authorization === `Bearer ${token}` ? ok : expired;

describe('a request through axios', () => {
  it('carries the credentials, and its own headers and parameters', async () => {
    const [instance] = await attached();
    answers['POST /a?q=1'] = () => [200, { fine: true }];
    const config = { params: { q: 1 }, headers: { 'X-Own': 'yes' } };
    const { data } = await instance.post<unknown>('/a', { b: 2 }, config);
    expect(data).toEqual({ fine: true });
    expect(asked('POST /a?q=1')[0]).toMatchObject({
      headers: { authorization: 'Bearer access-1', 'x-own': 'yes' },
      body: '{"b":2}',
    });
  });

  it('carries none to other origins', async () => {
    const [instance] = await attached({ mode: 'headers' });
    answers['GET /a'] = () => [200, {}];
    await instance.get(baseUrl.replace('127.0.0.1', 'localhost') + '/a');
    expect(bearers('GET /a')).toEqual([undefined]);
  });

  it('carries cookies and the CSRF value in cookie mode', async () => {
    csrfCookie('csrf-1');
    const [instance] = await attached({ csrf: {} });
    const sent = vi.spyOn(XMLHttpRequest.prototype, 'withCredentials', 'set');
    answers['POST /a'] = () => [200, {}];
    await instance.post('/a');
    expect(asked('POST /a')[0]?.headers['x-csrf-token']).toBe('csrf-1');
    expect(sent).toHaveBeenCalledWith(true);
  });

  it.each<[string, Answer]>([
    ['headers', [200, {}, { Authorization: 'Bearer access-7' }]],
    ['JSON', [200, { access_token: 'access-7' }]],
  ])('brings renewed tokens in %s, which replace the stored ones', async (_, answer) => {
    const [instance] = await attached();
    answers['GET /a'] = () => answer;
    await instance.get('/a');
    await instance.get('/a');
    expect(bearers('GET /a')).toEqual(['Bearer access-1', 'Bearer access-7']);
  });

  it('carries the token of today, whatever the app has set, and leaves none in its config', async () => {
    const [instance] = await attached();
    answers['GET /a'] = () => [200, {}];
    answers['GET /b'] = () => [500, {}];
    const headers = { Authorization: 'Bearer old' };
    const { config } = await instance.get('/a', { headers });
    expect(bearers('GET /a')).toEqual(['Bearer access-1']);
    expect(config.headers.get('Authorization')).toBe('Bearer old');
    const error = (await instance.get('/b').catch((cause: unknown) => cause)) as AxiosError;
    expect(bearers('GET /b')).toEqual(['Bearer access-1']);
    expect(JSON.stringify([error.config, error.response?.config])).not.toContain('access-1');
  });
});

describe('401', () => {
  it('leads to one renewal for all, and one more try with new headers', async () => {
    const [instance] = await attached();
    answers['GET /a'] = needs('access-2', [200, { fine: true }]);
    const all = await Promise.all([instance.get('/a'), instance.get('/a'), instance.get('/a')]);
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(bearers('POST /api/v1/refresh')).toEqual(['Bearer refresh-1']);
    expect(asked('GET /a')).toHaveLength(6);
  });

  it('again is an AxiosError with the answer', async () => {
    const [instance] = await attached();
    answers['GET /a'] = () => expired;
    const error = await instance.get('/a').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(AxiosError);
    expect(error).toMatchObject({ response: { status: 401, data: { code: 'token_expired' } } });
    expect(asked('GET /a')).toHaveLength(2);
  });

  it('does not send a stream twice', async () => {
    const [instance] = await attached();
    let sends = 0;
    const data = new ReadableStream();
    const adapter = (config: object) => {
      sends++;
      const headers = { 'content-type': 'application/json' };
      const response = { status: 401, headers, data: '{}', statusText: '', config } as never;
      return Promise.reject(new AxiosError('', '', config as never, null, response));
    };
    await expect(instance.post('/a', data, { adapter })).rejects.toThrow();
    expect(sends).toBe(1);
  });

  it('of a config that is used again is not renewed twice over', async () => {
    const [instance] = await attached();
    answers['GET /a'] = () => expired;
    const error = (await instance.get('/a').catch((cause: unknown) => cause)) as AxiosError;
    await instance.request(error.config ?? {}).catch(() => {});
    expect(asked('GET /a')).toHaveLength(4);
  });
});

it('403 is never tried again', async () => {
  const [instance] = await attached();
  answers['GET /a'] = () => [403, { code: 'token_expired' }];
  await expect(instance.get('/a')).rejects.toMatchObject({ response: { status: 403 } });
  expect(seen.map(({ route }) => route)).toEqual(['POST /api/v1/sign-in', 'GET /a']);
});

describe('a network failure', () => {
  it('is an AxiosError and no sign-out', async () => {
    const [instance, auth] = await attached();
    answers['GET /a'] = () => undefined;
    await expect(instance.get('/a')).rejects.toMatchObject({ code: 'ERR_NETWORK' });
    expect(auth.getSnapshot().status).toBe('authenticated');
  });

  it('of the renewal is an AuthError and no sign-out', async () => {
    const [instance, auth] = await attached();
    answers['GET /a'] = () => expired;
    answers['POST /api/v1/refresh'] = () => undefined;
    await expect(instance.get('/a')).rejects.toMatchObject({ name: 'AuthError', code: 'network' });
    expect(auth.getSnapshot().status).toBe('authenticated');
  });
});

it('detached, the instance is as it was', async () => {
  const [instance, , detach] = await attached();
  answers['GET /a'] = () => [200, {}];
  detach();
  await instance.get('/a');
  expect(bearers('GET /a')).toEqual([undefined]);
});
