import { localPath } from '@latchkey-go/client';

// The page that somebody asked for before they had to sign in.
const key = 'redirectAfterLogin';

export const remember = (path: string): void => localStorage.setItem(key, path);

export const forget = (): void => localStorage.removeItem(key);

/** That page, once; Home if there is none. What is stored leads nowhere but into this app. */
export function takeAsked(): string {
  const path = localPath(localStorage.getItem(key));
  forget();
  return path;
}
