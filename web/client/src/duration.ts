/** A length of time: milliseconds as a number, or text such as `30s`, `5m`, `1.5h`. */
export type Duration = number | `${number}${'s' | 'm' | 'h'}`;

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Returns the duration in milliseconds. Throws a TypeError if it is not one. */
export function milliseconds(duration: Duration): number {
  const [, count, unit = ''] = /^([\d.]+)([smh]?)$/.exec(String(duration)) ?? [];
  if (!count) throw new TypeError('bad duration: ' + String(duration));
  return +count * (units[unit] ?? 1);
}
