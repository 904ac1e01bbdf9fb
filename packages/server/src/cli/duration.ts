import { UsageError } from './failure.js';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds from `30d`, `24h`, `90m`, `45s` or `0`; undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  if (text === '0') return 0;
  const found = /^(\d{1,9})([smhd])$/.exec(text);
  return found === null ? undefined : Number(found[1]) * SECONDS[found[2] as keyof typeof SECONDS];
}

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Unix milliseconds from an ISO 8601 moment (a date alone is its midnight, UTC), or a duration from `now` on. */
export function momentFrom(text: string, now: number): number | undefined {
  if (ISO.test(text)) {
    const moment = Date.parse(text);
    return Number.isNaN(moment) ? undefined : moment;
  }
  const seconds = durationSeconds(text);
  return seconds === undefined ? undefined : now + seconds * 1000;
}

/** What `--expires` says, as Unix milliseconds; null where it is not given. */
export function expiryOf(expires: string | undefined, now: number): number | null | UsageError {
  if (expires === undefined) return null;
  const expiresAt = momentFrom(expires, now);
  if (expiresAt === undefined)
    return new UsageError('--expires must be an ISO 8601 moment such as 2030-01-31T12:00:00Z, or a time from now such as 30d or 12h.');
  return expiresAt > now ? expiresAt : new UsageError('--expires must be in the future.');
}
