import type { Condition, StepType, Trigger } from '../../pipelines/values.js';

export interface SampleStep {
  readonly name: string;
  readonly type: StepType;
  /** The role, the lambda or the council that does it, by name. */
  readonly by?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Columns and rows of the editor. */
  readonly at: readonly [column: number, row: number];
}

export interface SamplePipeline {
  readonly name: string;
  readonly description: string;
  readonly trigger: Trigger;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly projects: readonly string[];
  /** The first is the entry. */
  readonly steps: readonly SampleStep[];
  readonly edges: readonly (readonly [from: string, to: string, condition: Condition])[];
}

export const SHIP = 'Build, review, ship';
export const NIGHTLY = 'Watch the nightly build';

const ship: SamplePipeline = {
  name: SHIP,
  description: 'From a ready ticket to a release: planned, built, reviewed (twice if need be), tested, voted on and shipped.',
  trigger: 'ticket.ready',
  metadata: { labels: { colour: 'blue' } },
  projects: ['booking', 'payments', 'reminders'],
  steps: [
    { name: 'Plan', type: 'agent', by: 'architect', at: [0, 1], config: { metadata: { output: 'A list of steps, each with the test that proves it' } } },
    { name: 'Build', type: 'agent', by: 'dev', at: [1, 1] },
    { name: 'Review', type: 'gate', by: 'reviewer', at: [2, 1], config: { criteria: 'Every acceptance criterion has a test, and nothing else changed.' } },
    { name: 'Mend', type: 'agent', by: 'dev', at: [3, 2] },
    { name: 'Second review', type: 'gate', by: 'reviewer', at: [4, 2], config: { criteria: 'What the first review asked for is done.' } },
    { name: 'Tests', type: 'lambda', by: 'Run the tests', at: [4, 1] },
    { name: 'Vote', type: 'council', by: 'Release council', at: [5, 1] },
    { name: 'Ship', type: 'agent', by: 'devops', at: [6, 1] },
    { name: 'Shipped', type: 'terminal', at: [7, 1] },
    { name: 'Needs a person', type: 'terminal_fail', at: [7, 3] },
  ],
  edges: [
    ['Plan', 'Build', 'on_pass'],
    ['Plan', 'Needs a person', 'on_fail'],
    ['Build', 'Review', 'always'],
    ['Review', 'Tests', 'on_review_pass'],
    ['Review', 'Mend', 'on_review_fail'],
    ['Mend', 'Second review', 'always'],
    ['Second review', 'Tests', 'on_review_pass'],
    ['Second review', 'Needs a person', 'on_review_fail'],
    ['Tests', 'Vote', 'on_pass'],
    ['Tests', 'Needs a person', 'on_fail'],
    ['Vote', 'Ship', 'on_pass'],
    ['Vote', 'Needs a person', 'on_fail'],
    ['Ship', 'Shipped', 'on_pass'],
    ['Ship', 'Needs a person', 'on_fail'],
  ],
};

const nightly: SamplePipeline = {
  name: NIGHTLY,
  description: 'Waits each night until the build has ended; a broken one becomes a ticket before anybody is at work.',
  trigger: 'cron',
  metadata: { schedule: '0 3 * * *', time_zone: 'UTC' },
  projects: ['reminders'],
  steps: [
    { name: 'Wait for the build', type: 'cron', by: 'Nightly build', at: [0, 0], config: { interval: '60s', timeout: '2h' } },
    { name: 'Summarise', type: 'agent', by: 'devops', at: [1, 0] },
    { name: 'Done', type: 'terminal', at: [2, 0] },
    { name: 'File a ticket', type: 'agent', by: 'manager', at: [1, 1] },
    { name: 'Broken', type: 'terminal_fail', at: [2, 1] },
  ],
  edges: [
    ['Wait for the build', 'Summarise', 'on_pass'],
    ['Wait for the build', 'File a ticket', 'on_fail'],
    ['Summarise', 'Done', 'always'],
    ['File a ticket', 'Broken', 'always'],
  ],
};

export const pipelines: readonly SamplePipeline[] = [ship, nightly];
