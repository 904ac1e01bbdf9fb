/** The day of a moment (Unix milliseconds) in UTC, ISO 8601: `2026-01-31`. Days sort as they follow one another. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
