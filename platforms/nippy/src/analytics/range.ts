import { type Refusal, refuseField } from 'gatehouse';
import { dayOf } from '../days.js';

const DAY_MS = 86_400_000;

export const rangeTokens = ['today', 'yesterday', 'last_7_days', 'last_30_days', 'last_90_days', 'this_month', 'last_month', 'this_year'] as const;
export type RangeToken = (typeof rangeTokens)[number];

/** Both days are in it, in UTC. */
export interface Range {
  /** The token, or both days: `2026-01-01/2026-01-31`. */
  readonly named: string;
  readonly start: string;
  readonly end: string;
}

export interface AskedRange {
  readonly dateRange?: RangeToken | undefined;
  readonly start_date?: string | undefined;
  readonly end_date?: string | undefined;
}

/** The days that were asked for; the last 30 where none were. */
export function rangeOf({ dateRange, start_date, end_date }: AskedRange, now: number): Range | Refusal {
  if (dateRange !== undefined && (start_date ?? end_date) !== undefined) return refuseField('dateRange', 'Not beside start_date or end_date');
  if (start_date === undefined) {
    if (end_date !== undefined) return refuseField('start_date', 'Required beside end_date');
    const token = dateRange ?? 'last_30_days';
    return { named: token, ...daysOf(token, now) };
  }
  const end = end_date ?? dayOf(now);
  if (end_date === undefined && end < start_date) return refuseField('start_date', `Must not be after ${end}, which is today, where there is no end_date`);
  if (end < start_date) return refuseField('end_date', `Must not be before ${start_date}`);
  return { named: `${start_date}/${end}`, start: start_date, end };
}

function daysOf(token: RangeToken, now: number): Pick<Range, 'start' | 'end'> {
  const today = dayOf(now);
  const ago = (days: number) => dayOf(now - days * DAY_MS);
  const since = (start: string) => ({ start, end: today });
  const month = `${today.slice(0, 7)}-01`;
  switch (token) {
    case 'today':
      return since(today);
    case 'yesterday':
      return { start: ago(1), end: ago(1) };
    case 'last_7_days':
      return since(ago(6));
    case 'last_30_days':
      return since(ago(29));
    case 'last_90_days':
      return since(ago(89));
    case 'this_month':
      return since(month);
    case 'last_month': {
      const end = dayOf(Date.parse(month) - DAY_MS);
      return { start: `${end.slice(0, 7)}-01`, end };
    }
    case 'this_year':
      return since(`${today.slice(0, 4)}-01-01`);
  }
}

export const timeUnits = ['day', 'week', 'month'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** `2026-01-31`; the Monday of its week; `2026-01`. */
export function unitOf(unit: TimeUnit, day: string): string {
  if (unit === 'day') return day;
  if (unit === 'month') return day.slice(0, 7);
  const at = Date.parse(day);
  return dayOf(at - ((new Date(at).getUTCDay() + 6) % 7) * DAY_MS);
}
