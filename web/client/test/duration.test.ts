import { expect, it } from 'vitest';
import { milliseconds } from '../src/duration.js';
import type { Duration } from '../src/index.js';

it.each<[Duration, number]>([
  [0, 0],
  [1500, 1500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1.5h', 5_400_000],
])('%s is %d ms', (duration, expected) => {
  expect(milliseconds(duration)).toBe(expected);
});

it.each(['', 's', '5 m', '5min', '-1s', '5d', 'NaN', NaN, -1, Infinity])(
  '%s is refused',
  (text) => {
    expect(() => milliseconds(text as Duration)).toThrow(TypeError);
  },
);
