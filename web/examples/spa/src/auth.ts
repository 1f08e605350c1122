import { createAuthClient, tokenStorage } from '@latchkey-go/client';
import { anotherServer } from '@latchkey-go/client/wire';
import type { ServerOptions } from '@latchkey-go/client/wire';

export interface User {
  username: string;
}

// The server says in index.html how it was started.
const setting = (name: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;

const delivery: ServerOptions<User> =
  setting('tokens') === 'cookies'
    ? { mode: 'cookie', csrf: false }
    : {
        mode: 'headers',
        storage: tokenStorage('local', { access: 'accessToken', refresh: 'refreshToken' }),
      };

export const auth = createAuthClient<User>(
  anotherServer<User>({
    ...delivery,
    endpoints: {
      me: '/protected',
      'sign-in': '/login',
      'sign-out': '/logout',
      refresh: '/refresh',
      activity: false, // being idle is a matter of this page alone
    },
    user: ({ logged_in_as: username }) => (typeof username === 'string' ? { username } : undefined),
    refresh: { mode: 'ask' },
    idle: { timeout: Number(setting('idle-seconds') ?? 300) * 1000, action: 'lock' },
  }),
);
