// The words around them are English, so the dates are too.
const locale =
  typeof navigator !== 'undefined' && navigator.language.startsWith('en')
    ? navigator.language
    : 'en-GB';

const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
const spans = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

/** "4 March 2026" */
export const day = (time: string | number): string => dates.format(new Date(time));

/** "4 March 2026 at 14:05" */
export const moment = (time: string | number): string => moments.format(new Date(time));

/** "just now", "5 minutes ago", "in 3 days"; under a minute is now. */
export function ago(time: string | number, now = Date.now()): string {
  const minutes = Math.trunc((new Date(time).getTime() - now) / 60_000);
  if (minutes === 0) return 'just now';
  if (Math.abs(minutes) < 60) return spans.format(minutes, 'minute');
  const hours = Math.trunc(minutes / 60);
  if (Math.abs(hours) < 24) return spans.format(hours, 'hour');
  return spans.format(Math.trunc(hours / 24), 'day');
}
