import type { ExecutionStatus } from '../../executions/values.js';
import { NIGHTLY, SHIP } from './pipelines.js';

export interface SampleRun {
  readonly pipeline: string;
  readonly project: string;
  /** The key of a ticket of the project. */
  readonly ticket?: string;
  /** Days ago, or nights. */
  readonly age: number;
  readonly status: ExecutionStatus;
  readonly input?: string;
  /** What its steps reported, in turn. */
  readonly results: readonly (readonly [step: string, passed: boolean, output: string])[];
  /** Where it stands or ended; absent: it never started. */
  readonly at?: string;
}

const built = (plan: string, build: string): SampleRun['results'] => [
  ['Plan', true, plan],
  ['Build', true, build],
];
const shipped = (vote: string, ship: string): SampleRun['results'] => [
  ['Tests', true, 'All tests pass.'],
  ['Vote', true, vote],
  ['Ship', true, ship],
];
const ship = { pipeline: SHIP } as const;
const night = (age: number, build: string): SampleRun => ({
  ...{ pipeline: NIGHTLY, project: 'reminders', age, status: 'completed', at: 'Done' },
  results: [
    ['Wait for the build', true, `{"cron_status": "pass", "reason": "Build ${build} has succeeded"}`],
    ['Summarise', true, `Build ${build}: no new warnings, tests as fast as yesterday.`],
  ],
});

/** A week, oldest first. */
export const runs: readonly SampleRun[] = [
  {
    ...{ ...ship, project: 'booking', ticket: 'time-zone', age: 6.4, status: 'completed', at: 'Shipped' },
    results: [
      ...built('Two places format times: the grid and the mail. One helper for both.', 'formatSlot() takes the zone of the practice; 6 tests.'),
      ['Review', true, 'Passed. The test with Lisbon fails on the old code.'],
      ...shipped('3 of 3 for it.', 'Released as 2026.1, at 14:10. No errors in the first hour.'),
    ],
  },
  night(6, '1182'),
  {
    ...{ ...ship, project: 'booking', ticket: 'double-booking', age: 5.5, status: 'completed', at: 'Shipped' },
    results: [
      ...built('A unique index decides; the look-up before only guesses.', 'Index on (room, starts_at), and a polite refusal with the next slots.'),
      ['Review', false, 'Not yet. The index is made without CONCURRENTLY: bookings would stand still for a minute.'],
      ['Mend', true, 'CREATE UNIQUE INDEX CONCURRENTLY, in a migration of its own.'],
      ['Second review', true, 'Passed. Tried on a copy with 2 million rows: no lock above 20 ms.'],
      ...shipped('3 of 3 for it.', 'Released as 2026.2.'),
    ],
  },
  night(5, '1183'),
  {
    ...{ ...ship, project: 'payments', ticket: 'expired-hold', age: 4.6, status: 'failed', at: 'Needs a person' },
    results: [
      ...built('Renew holds on day six.', 'A nightly job renews what expires within a day.'),
      ['Review', false, 'Not yet. A renewal that the bank refuses leaves the old hold released: the deposit is gone.'],
      ['Mend', true, 'The old hold is released after the new one stands.'],
      ['Second review', false, 'Not yet. For a moment the patient has both holds on the card. Somebody must ask the provider.'],
    ],
  },
  {
    ...{ pipeline: NIGHTLY, project: 'reminders', age: 4, status: 'failed', at: 'Broken' },
    results: [
      ['Wait for the build', false, '{"cron_status": "fail", "reason": "Build 1184 has failed"}'],
      ['File a ticket', true, 'Filed "A text message with an umlaut costs twice as much": the test of the length counted letters, not units.'],
    ],
  },
  {
    ...{ ...ship, project: 'payments', ticket: 'rounding', age: 3.5, status: 'completed', at: 'Shipped' },
    results: [
      ...built('One function computes totals; the PDF and the mail both call it.', 'Added first, rounded once; 400 invoices compared.'),
      ['Review', true, 'Passed.'],
      ...shipped('2 of 3 for it; Cedar would have waited for the new month.', 'Released as 2026.3.'),
    ],
  },
  night(3, '1185'),
  {
    ...ship,
    project: 'booking',
    ticket: 'import-ical',
    age: 2.7,
    status: 'cancelled',
    at: 'Build',
    results: [['Plan', true, 'Read the feed, expand recurrences, block.']],
  },
  {
    ...{ ...ship, project: 'reminders', ticket: 'umlauts', age: 2.4, status: 'completed', at: 'Shipped' },
    results: [
      ...built('Straight quotes in our templates, a counter in the editor.', 'The editor shows parts and price while one types.'),
      ['Review', true, 'Passed.'],
      ...shipped('3 of 3 for it.', 'Released as 2026.4.'),
    ],
  },
  night(2, '1186'),
  {
    ...{ ...ship, project: 'reminders', ticket: 'quiet-hours', age: 1.6, status: 'completed', at: 'Shipped' },
    results: [
      ...built('Move what falls into the night to 20:30 of the evening before.', 'nextAllowed() with tests for both days on which clocks change.'),
      ['Review', false, 'Not yet. A reminder for an appointment at 07:30 is moved behind the appointment when it is made at night.'],
      ['Mend', true, 'Then it is sent at once.'],
      ['Second review', true, 'Passed.'],
      ...shipped('3 of 3 for it.', 'Released as 2026.5.'),
    ],
  },
  night(1, '1187'),
  night(0, '1188'),
  {
    ...{ ...ship, project: 'payments', ticket: 'refund-screen', age: 0.17, status: 'paused', at: 'Review' },
    input: 'Support asks for the reason to be a list, with "other" last.',
    results: built('One page, one endpoint, one check: never above what was paid.', 'Page and endpoint; the check is in the ledger.'),
  },
  {
    ...{ ...ship, project: 'booking', ticket: 'cancel-link', age: 0.12, status: 'running', at: 'Mend' },
    results: [
      ...built('A signed token, and a page that asks.', 'Token and page, in five languages.'),
      ['Review', false, 'Not yet. The link cancels on GET: mail scanners follow links.'],
    ],
  },
  {
    ...ship,
    project: 'booking',
    ticket: 'week-view',
    age: 0.08,
    status: 'running',
    at: 'Build',
    results: [['Plan', true, 'Move first, tell the patient after a minute.']],
  },
  { ...ship, project: 'reminders', ticket: 'bounce', age: 0.05, status: 'running', at: 'Plan', results: [] },
  { ...ship, project: 'payments', ticket: 'card-in-log', age: 0.01, status: 'pending', results: [] },
];
