import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localPath } from '../src/index.js';

const good = [
  '/',
  '/profile',
  '/profile?tab=2#top',
  '/view/?param=http://example.com',
  '/url%20with%20spaces/',
  '/a//b',
  '/@user',
  '/:colon',
  '/ümlaut',
];

const bad = [
  '',
  'profile',
  './profile',
  '//example.com',
  '///example.com',
  '/\\example.com',
  '\\/example.com',
  '/\t/example.com',
  '/\n/example.com',
  '/a\\b',
  '/\u0000',
  '/.//example.com',
  '/..//example.com',
  '/a/..//example.com',
  'https://example.com/',
  'http:/example.com',
  'javascript:alert(1)',
  'data:text/html,x',
  ' /profile',
  null,
  undefined,
  7,
  ['/profile'],
];

describe('localPath', () => {
  it.each(good)('keeps %j on this site', (path) => {
    const kept = new URL(localPath(path, '/fallback'), 'https://app.example.com');
    expect(kept.origin).toBe('https://app.example.com');
    expect(kept.href).toBe(new URL(path, 'https://app.example.com').href);
  });

  it.each(bad)('refuses %j', (path) => {
    expect(localPath(path)).toBe('/');
    expect(localPath(path, '/home')).toBe('/home');
  });
});

/** Hostile addresses that Django's tests collected; see LATCHKEY_VECTORS in CONTRIBUTING.md. */
const folder = process.env.LATCHKEY_VECTORS;
const file = folder === undefined ? '' : join(folder, 'django_safe_redirect.json');
const here = existsSync(file);
if (!here) console.warn('LATCHKEY_VECTORS is not set: the redirect vectors are left out');

describe.skipIf(!here && process.env.CI !== 'true')('the redirect vectors', () => {
  it('are all refused, or stay on this site', () => {
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as { bad: string[]; good: string[] };
    expect(vectors.bad.length).toBeGreaterThan(20);
    for (const url of vectors.bad) expect(localPath(url, '/no'), url).toBe('/no');
    for (const url of vectors.good) {
      const path = localPath(url, '/no');
      expect(new URL(path, 'https://app.example.com').host, url).toBe('app.example.com');
      // Ours is stricter: paths that begin with one slash, and nothing else.
      expect(path !== '/no', url).toBe(url.startsWith('/') && !url.startsWith('//'));
    }
  });
});
