import { AxiosHeaders, getAdapter, isAxiosError } from 'axios';
import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';

import type { AuthClient } from './types.js';

/**
 * Sends the requests of an axios instance as `auth.fetch` sends its own: with credentials to this
 * origin and the allowed ones, tokens taken from answers, and after a 401 one shared renewal and
 * one more try with new headers; never after 403, and never a body that is a stream. The page
 * is signed out by what the server says, never by a failing network.
 *
 * Requests reject with an AxiosError as ever, and with an AuthError where no request was sent: code
 * `idle` while the page is locked, `network` when the tokens could not be renewed. Interceptors see
 * one request and its last answer. Returns a function that detaches the client again.
 */
export function attach(instance: AxiosInstance, auth: AuthClient): () => void {
  const wrapped = new WeakSet<Adapter>(); // a config that is used again brings the adapter along
  const id = instance.interceptors.request.use((config) => {
    const adapter = getAdapter(config.adapter, config);
    if (wrapped.has(adapter)) return config;
    config.adapter = (config) => throughClient(instance, auth, config, adapter);
    wrapped.add(config.adapter);
    return config;
  });
  return () => instance.interceptors.request.eject(id);
}

type Adapter = ReturnType<typeof getAdapter>;

async function throughClient(
  instance: AxiosInstance,
  auth: AuthClient,
  config: InternalAxiosRequestConfig,
  adapter: Adapter,
): Promise<AxiosResponse> {
  let last!: () => AxiosResponse;

  const via: typeof fetch = async (_, init) => {
    const headers = new AxiosHeaders(config.headers);
    new Headers(init?.headers).forEach((value, name) => void headers.set(name, value));
    const credentials = init?.credentials === 'include' && { withCredentials: true };
    try {
      const response = await adapter({ ...config, ...credentials, headers });
      response.config = config; // without the token: it may be logged, or sent again
      last = () => response;
      return fetched(response);
    } catch (error) {
      if (isAxiosError(error)) error.config = config;
      if (!isAxiosError(error) || !error.response) throw error;
      error.response.config = config;
      last = () => {
        throw error;
      };
      return fetched(error.response);
    }
  };

  const init: RequestInit = { method: config.method ?? 'GET' };
  // It is not sent from here; that it is a stream tells the client not to send it twice.
  if (isStream(config.data)) init.body = new ReadableStream();
  await auth.fetch(instance.getUri(config), init, via);
  return last();
}

const isStream = (data: unknown): boolean =>
  data instanceof ReadableStream || typeof (data as { pipe?: unknown } | null)?.pipe === 'function';

/** The answer as the client reads it. What is not text has no tokens and no words in it. */
function fetched({ data, status, headers }: AxiosResponse): Response {
  const copy = new Headers();
  for (const [name, value] of Object.entries(headers)) copy.set(name, String(value));
  return new Response(typeof data === 'string' && data ? data : null, { status, headers: copy });
}
