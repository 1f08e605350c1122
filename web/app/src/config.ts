import { AuthError, errorOf } from '@latchkey-go/client';

/** What the server says about itself: `GET /api/v1/config`. */
export interface Config {
  sign_up: boolean;
  password_min_length: number;
  dev: boolean;
  /** Seconds without input after which the page asks whether somebody is there; 0 is never. */
  idle_seconds: number;
  csrf_cookie: string;
}

/** Fetches the configuration. Rejects with an AuthError. */
export async function fetchConfig(): Promise<Config> {
  let response: Response;
  try {
    response = await fetch('/api/v1/config', { headers: { Accept: 'application/json' } });
  } catch {
    throw new AuthError('The server cannot be reached. Try again.', 'network');
  }
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Config;
}
