/** A length of time: milliseconds as a number, or text such as `30s`, `5m`, `1.5h`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Returns the duration in milliseconds. Throws a TypeError if it is not one. */
export function milliseconds(duration: Duration): number {
  const [, amount, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(String(duration)) ?? [];
  const value = typeof duration === 'number' ? duration : Number(amount) * (units[unit ?? ''] ?? NaN);
  if (!(value >= 0 && value < Infinity)) throw new TypeError(`not a duration: ${duration}`);
  return value;
}
