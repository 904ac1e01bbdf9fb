import { Refusal, refuseField } from 'gatehouse';
import { z } from 'zod';
import { type Collection, type CollectionName, type Field, type Value, askedNames, collections, nameOf } from './collections.js';
import { type Range, type TimeUnit, rangeOf, rangeTokens, timeUnits } from './range.js';

export const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'not_in'] as const;
export const functions = ['count', 'sum', 'avg', 'min', 'max', 'count_distinct'] as const;

const scalar = z.union([z.string().max(200), z.number(), z.boolean(), z.null()]);
const filterValue = z.union([scalar, z.array(scalar).min(1).max(100)], {
  error: 'Must be a text of at most 200 characters, a number, true, false or null, or a list of 1 to 100 of these',
});
const isDay = z.iso.date();
const fieldName = z.string().min(1).max(60);
const alias = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/i, 'Must be at most 40 letters, digits and underscores, a letter first');

export const input = z.object({
  collection: z.enum(askedNames).describe('From analytics_list_collections'),
  dateRange: z.enum(rangeTokens).optional().describe('Days in UTC, today included; absent: start_date and end_date, or else last_30_days'),
  start_date: z.iso.date().optional().describe('First day, in the place of dateRange'),
  end_date: z.iso.date().optional().describe('Last day; absent: today'),
  filters: z
    .array(z.strictObject({ field: fieldName, operator: z.enum(operators), value: filterValue }))
    .max(20)
    .default([])
    .meta({
      examples: [
        [
          { field: 'outcome', operator: 'in', value: ['won_points', 'won_digital'] },
          { field: 'roulette_id', operator: 'ne', value: '664f1a2b3c4d5e6f7a8b9c0d' },
        ],
      ],
    })
    .describe('All must hold; in and not_in take a list'),
  group_by: z
    .array(fieldName)
    .max(4)
    .default([])
    .meta({ examples: [['week', 'outcome']] })
    .describe('Fields, or day, week (its Monday), month; empty: one row over all'),
  measures: z
    .array(z.strictObject({ function: z.enum(functions), field: fieldName.optional(), as: alias.optional() }))
    .min(1)
    .max(10)
    .default([{ function: 'count' }])
    .meta({ examples: [[{ function: 'count' }, { function: 'count_distinct', field: 'person', as: 'people' }]] })
    .describe('count takes no field; as names the column'),
  order_by: z
    .array(z.strictObject({ by: fieldName, direction: z.enum(['asc', 'desc']).default('asc') }))
    .max(4)
    .default([])
    .meta({ examples: [[{ by: 'count', direction: 'desc' }]] })
    .describe('Columns of the answer; absent: by the groups'),
  limit: z.int().min(1).max(1000).default(100).describe('How many rows at most'),
});

export type Asked = z.output<typeof input>;

export interface Filter {
  readonly field: string;
  readonly operator: (typeof operators)[number];
  readonly value: Value | readonly Value[];
}

export interface Measure {
  readonly is: (typeof functions)[number];
  /** '' for `count`. */
  readonly field: string;
  readonly as: string;
}

/** A query whose every word is one of ours: a declared collection, its fields, operators, functions. */
export interface Query {
  readonly collection: CollectionName;
  readonly range: Range;
  readonly filters: readonly Filter[];
  /** A field, or the part of time that its day lies in. */
  readonly groups: readonly { readonly as: string; readonly unit?: TimeUnit }[];
  readonly measures: readonly Measure[];
  readonly order: readonly { readonly by: string; readonly descending: boolean }[];
  readonly limit: number;
  /** What is enough to answer it: a count for each day, one for each day and dimensions, or nothing but the rows. */
  readonly from: 'days' | 'dims' | 'rows';
}

/** What was asked, understood; a refusal names the part that is not. */
export function understood(asked: Asked, now: number): Query | Refusal {
  const name = nameOf(asked.collection);
  const collection: Collection = collections[name];
  const range = rangeOf(asked, now);
  if (range instanceof Refusal) return range;
  const fault = filterFault(asked, collection) ?? measureFault(asked, collection) ?? groupFault(asked, collection);
  if (fault !== undefined) return fault;
  const groups = asked.group_by.map((as) => (isUnit(as) ? { as, unit: as } : { as }));
  const measures = asked.measures.map(({ function: is, field = '', as }) => ({ is, field, as: as ?? (field === '' ? is : `${is}_${field}`) }));
  const columns = [...groups, ...measures].map(({ as }) => as);
  const twice = columns.findIndex((column, i) => columns.indexOf(column) !== i);
  if (twice !== -1) return refuseField(twice < groups.length ? `group_by.${twice}` : `measures.${twice - groups.length}.as`, 'Is there already');
  const unknown = asked.order_by.findIndex(({ by }) => !columns.includes(by));
  if (unknown !== -1) return refuseField(`order_by.${unknown}.by`, oneOf(columns));
  const order = asked.order_by.map(({ by, direction }) => ({ by, descending: direction === 'desc' }));
  const { filters, limit } = asked;
  return { collection: name, range, filters, groups, measures, order, limit, from: sourceOf({ filters, groups, measures }, collection) };
}

const isUnit = (name: string): name is TimeUnit => (timeUnits as readonly string[]).includes(name);
const oneOf = (names: readonly string[]) => `Must be one of ${names.join(', ')}`;

function filterFault({ filters }: Asked, { fields }: Collection): Refusal | undefined {
  for (const [i, { field, operator, value }] of filters.entries()) {
    if (!Object.hasOwn(fields, field)) return refuseField(`filters.${i}.field`, oneOf(Object.keys(fields)));
    const list = operator === 'in' || operator === 'not_in';
    if (list !== Array.isArray(value)) return refuseField(`filters.${i}.value`, list ? 'Must be a list' : 'Must be one value; in and not_in take a list');
    const values: readonly Value[] = Array.isArray(value) ? value : [value];
    const { type } = fields[field] as Field;
    if (field === 'day' && !values.every((one) => isDay.safeParse(one).success)) return refuseField(`filters.${i}.value`, 'Must be a day, such as 2026-01-31');
    if (values.some((one) => one !== null && typeof one !== (type === 'text' ? 'string' : type))) return refuseField(`filters.${i}.value`, `Must be ${type}`);
    if (!list && operator !== 'eq' && operator !== 'ne' && (value === null || type === 'boolean'))
      return refuseField(`filters.${i}.operator`, 'Must be eq or ne with such a value');
  }
  return undefined;
}

function measureFault({ measures }: Asked, { fields }: Collection): Refusal | undefined {
  for (const [i, { function: is, field }] of measures.entries()) {
    const numbers = Object.keys(fields).filter((name) => fields[name]?.type === 'number');
    const able = is === 'count' ? [] : is === 'count_distinct' ? Object.keys(fields) : numbers;
    if (is === 'count' && field !== undefined) return refuseField(`measures.${i}.field`, 'Not with count: it counts what the filters let pass');
    if (is === 'count' || (field !== undefined && able.includes(field))) continue;
    return refuseField(`measures.${i}.field`, able.length === 0 ? `There is no number to take the ${is} of in this collection` : oneOf(able));
  }
  return undefined;
}

function groupFault({ group_by }: Asked, { fields }: Collection): Refusal | undefined {
  const able = [...timeUnits, ...Object.keys(fields).filter((name) => name !== 'day')];
  const unknown = group_by.findIndex((name) => !able.includes(name));
  return unknown === -1 ? undefined : refuseField(`group_by.${unknown}`, oneOf(able));
}

function sourceOf({ filters, groups, measures }: Pick<Query, 'filters' | 'groups' | 'measures'>, { dims, figure }: Collection): Query['from'] {
  const looked = [
    ...filters.map(({ field }) => field),
    ...groups.map(({ as, unit }) => (unit === undefined ? as : 'day')),
    ...measures.filter(({ is }) => is === 'count_distinct').map(({ field }) => field),
  ];
  const summed = measures.every(({ is, field }) => is === 'count' || is === 'count_distinct' || ((is === 'sum' || is === 'avg') && field === figure));
  if (!summed || !looked.every((field) => field === 'day' || dims.includes(field))) return 'rows';
  return looked.every((field) => field === 'day') ? 'days' : 'dims';
}
