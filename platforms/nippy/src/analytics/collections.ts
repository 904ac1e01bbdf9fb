/** What a field of a row can be. */
export type Value = string | number | boolean | null;
export type Row = Readonly<Record<string, Value>>;

export interface Field {
  readonly type: 'text' | 'number' | 'boolean';
  readonly description: string;
}

export interface Collection {
  readonly description: string;
  /** Where its rows lie: each has an `id` and a `day`. */
  readonly table: 'spins' | 'withdrawals' | 'enrolments' | 'registrations' | 'visits';
  readonly columns: readonly string[];
  readonly fields: Readonly<Record<string, Field>>;
  /** Fields by which each day is counted. */
  readonly dims: readonly string[];
  /** The number that each day's count sums. */
  readonly figure?: string;
  /** Fields that are made of columns. */
  readonly derived?: (row: Row) => Row;
}

const day: Field = { type: 'text', description: 'The day in UTC, such as 2026-01-31' };
const person: Field = { type: 'text', description: 'Your own reference of who it was' };
const utm = {
  utm_source: { type: 'text', description: 'Where they came from; null: not said' },
  utm_campaign: { type: 'text', description: 'By which campaign; null: not said' },
} as const;
const flow_id: Field = { type: 'text', description: 'The flow' };

export const collections = {
  spins: {
    description: 'Spins of roulettes, each with what came of it',
    table: 'spins',
    columns: ['roulette_id', 'gift_id', 'outcome', 'person'],
    fields: {
      day,
      roulette_id: { type: 'text', description: 'The roulette, as in roulettes_list_roulettes' },
      gift_id: { type: 'text', description: 'What was drawn, as in roulettes_get_roulette; null: its item had run out' },
      outcome: { type: 'text', description: 'won_points, won_digital, won_physical or lost' },
      person,
    },
    dims: ['roulette_id', 'gift_id', 'outcome'],
  },
  withdrawals: {
    description: 'What was withdrawn from Nippy Centers',
    table: 'withdrawals',
    columns: ['stock_id', 'nippy_center_id', 'quantity', 'person'],
    fields: {
      day,
      stock_id: { type: 'text', description: 'The product, as in supply_list_stocks' },
      nippy_center_id: { type: 'text', description: 'The center, as in supply_list_nippy_centers' },
      quantity: { type: 'number', description: 'How many were taken' },
      person: { ...person, description: `${person.description}; null: not said` },
    },
    dims: ['stock_id', 'nippy_center_id'],
    figure: 'quantity',
  },
  enrolments: {
    description: 'People in courses, by the day on which they were enrolled',
    table: 'enrolments',
    columns: ['course_id', 'person', 'completed_lessons', 'completed_at'],
    fields: {
      day,
      course_id: { type: 'text', description: 'The course, as in learning_list_courses' },
      person,
      completed_lessons: { type: 'number', description: 'How many lessons they have completed by now' },
      completed: { type: 'boolean', description: 'Whether they have completed the course by now' },
    },
    dims: ['course_id'],
    derived: ({ completed_at = null, ...row }) => ({ ...row, completed: completed_at !== null }),
  },
  registrations: {
    description: 'Registrations at flows. What people filled in is no part of it',
    table: 'registrations',
    columns: ['flow_id', 'utm_source', 'utm_campaign'],
    fields: { day, flow_id, ...utm },
    dims: ['flow_id'],
  },
  visits: {
    description: 'Visitors of flows, each counted once a day and flow',
    table: 'visits',
    columns: ['flow_id', 'visit_count', 'utm_source', 'utm_campaign'],
    fields: { day, flow_id, visit_count: { type: 'number', description: 'How often they looked that day' }, ...utm },
    dims: ['flow_id'],
    figure: 'visit_count',
  },
} as const satisfies Readonly<Record<string, Collection>>;

export type CollectionName = keyof typeof collections;

export const collectionNames = Object.keys(collections) as readonly CollectionName[];

/** As the documentation calls the spins. */
export const DOCUMENTED = 'roulettesMaterializedView';

export const askedNames = [...collectionNames, DOCUMENTED] as const;

export function nameOf(asked: (typeof askedNames)[number]): CollectionName {
  return asked === DOCUMENTED ? 'spins' : asked;
}
