import { createAuthClient, tokenStorage } from '@latchkey-go/client';
import { anotherServer } from '@latchkey-go/client/wire';

export interface User {
  name: string;
}

export const auth = createAuthClient<User>(
  anotherServer<User>({
    mode: 'headers',
    storage: tokenStorage('local', { access: 'access_token' }),
    endpoints: {
      me: '/get_name',
      'sign-in': '/login',
      'sign-out': '/logout',
      refresh: false, // the server gives no refresh token
      activity: false,
    },
    user: ({ name }) => (typeof name === 'string' ? { name } : undefined),
  }),
);
