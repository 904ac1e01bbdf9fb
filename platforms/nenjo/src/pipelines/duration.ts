const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `30s`, `2h`, `1h30m`; undefined where it is no duration above zero, or too long to be counted. */
export function durationMs(text: string): number | undefined {
  if (text.length > 50 || !/^(\d+(ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) total += Number(count) * (UNITS[unit ?? ''] ?? 0);
  return total > 0 && Number.isSafeInteger(total) ? total : undefined;
}
