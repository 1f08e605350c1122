import { afterEach, beforeEach, vi } from 'vitest';
import { noCookie } from './server.js';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T12:00:00Z') });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  noCookie();
  localStorage.clear();
  sessionStorage.clear();
});
