import { createAuthClient, tokenStorage } from '@latchkey-go/client';
import type { TokenStorage } from '@latchkey-go/client';
import { anotherServer } from '@latchkey-go/client/wire';

const key = { access: 'token' };
const everyTab = tokenStorage('local', key);
const thisTab = tokenStorage('session', key);

let chosen = thisTab.get() ? thisTab : everyTab;

const storage: TokenStorage = {
  get shared() {
    return chosen === everyTab;
  },
  get: () => chosen.get(),
  set(tokens) {
    chosen.set(tokens);
    if (!tokens) chosen = everyTab;
  },
};

/** Whether the next sign-in is for all tabs, or for this one alone. */
export function signInFor(tabs: 'every' | 'this'): void {
  chosen = tabs === 'this' ? thisTab : everyTab;
}

// There is no refresh token: the server puts a new access token into its answers in time, and the
// client takes it from there.
export const auth = createAuthClient<undefined>(
  anotherServer({
    mode: 'headers',
    storage,
    endpoints: {
      me: false, // who has a token is shown the page; the server decides about the rest
      'sign-in': '/token',
      'sign-out': '/logout',
      refresh: false,
      activity: false,
    },
  }),
);
