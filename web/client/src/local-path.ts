// Any origin will do to resolve against, as long as nobody can name it in a link.
const nowhere = 'https://return-to.invalid';

/**
 * Returns `value` if it is a path on this site, such as `/profile?tab=2`, and `fallback` if it is
 * anything else. Use it on every "return to" address that comes from a URL: what it returns never
 * leads to another origin.
 *
 * The address is parsed as a browser parses it and not compared by prefix, since browsers read
 * `/\example.com` and `/<tab>/example.com` as another host.
 */
export function localPath(value: unknown, fallback = '/'): string {
  if (typeof value !== 'string' || !/^\/[^\\\p{Cc}]*$/u.test(value)) return fallback;
  try {
    const url = new URL(value, nowhere);
    const path = url.pathname + url.search + url.hash;
    // Dot segments can leave a second slash in front ("/.//example.com").
    return url.origin === nowhere && !path.startsWith('//') ? path : fallback;
  } catch {
    return fallback;
  }
}
