import { localPath } from '@latchkey-go/client';
import { useSearchParams } from 'react-router';

// Pages that make no sense as a place to return to.
const passing = /^\/(sign-in|sign-up|signed-out|session-ended|new-password|reset)\b/;

/** Whether this page leads signed-in people on by itself. */
export const isPassing = (pathname: string): boolean => passing.test(pathname);

/** The page to go to after signing in: `?next=`, if it is a path of this site. */
export function useNext(): string {
  const next = localPath(useSearchParams()[0].get('next'));
  return passing.test(next) ? '/' : next;
}

/** Adds the page to return to, unless that is the home page anyway. */
export function withNext(to: string, next: string): string {
  return next === '/' ? to : `${to}?next=${encodeURIComponent(next)}`;
}
