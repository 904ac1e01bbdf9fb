import type { Plan } from 'gatehouse';

const DAY = 86_400;
/** Calls of one person in a day that begins at 00:00 UTC, over all their keys and bearer sessions; the website's own do not count. */
const daily = (limit: number): Plan => ({ limits: { user: { limit, periodSeconds: DAY, aligned: true, cookies: false } } });

export const plans = { free: daily(100), pro: daily(10_000) };

/** Ideas that a person on this plan may have; those in the archive do not count. */
export const MOST_IDEAS: Readonly<Record<string, number>> = { free: 100 };
