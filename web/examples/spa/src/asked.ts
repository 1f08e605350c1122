import { localPath } from '@latchkey-go/client';

// The page that somebody asked for before they had to sign in.
const key = 'redirectAfterLogin';

export const remember = (path: string): void => localStorage.setItem(key, path);

export const forget = (): void => localStorage.removeItem(key);

/**
 * That page, once; Home if there is none. Another tab may have forgotten or taken it: what this tab
 * knows itself goes first. Neither leads anywhere but into this app.
 */
export function takeAsked(here: string | undefined): string {
  const path = localPath(here ?? localStorage.getItem(key));
  forget();
  return path;
}
