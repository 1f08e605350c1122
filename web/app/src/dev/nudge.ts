import { errorOf } from '@latchkey-go/client';
import type { AuthClient } from '@latchkey-go/client';
import type { User } from '../auth';

// The tabs of the app tell each other over this channel what has happened. Here it is made up, so
// that nobody has to wait for it: all tabs, this one too, do as if another tab had told them.
function tell(type: 'renewed' | 'signedOut', reason = ''): void {
  const line = new BroadcastChannel('latchkey');
  line.postMessage({ type, reason, value: 0 });
  line.close();
}

/** The tabs take the access token to have no time left. The server goes on accepting it. */
export const expireNow = (): void => tell('renewed');

/** Signs out as if nobody had touched the page for long. */
export async function goIdleNow(auth: AuthClient<User>): Promise<void> {
  tell('signedOut', 'idle');
  await auth.fetch('/api/v1/sign-out', { method: 'POST' });
}

/** Ends a session of a person from another device: signs in as one, does it, and signs out. */
export async function revokeFromElsewhere(
  username: string,
  password: string,
  session: string,
): Promise<void> {
  const elsewhere = async (path: string, method: string, token = '', body?: object) => {
    const response = await fetch(`/api/v1/${path}`, {
      method,
      credentials: 'omit', // the cookies are this device's
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await errorOf(response);
    return (await response.json()) as { access_token?: string };
  };
  const body = { username, password, delivery: 'body' };
  const { access_token } = await elsewhere('sign-in', 'POST', '', body);
  await elsewhere(`sessions/${encodeURIComponent(session)}`, 'DELETE', access_token);
  await elsewhere('sign-out', 'POST', access_token);
}
