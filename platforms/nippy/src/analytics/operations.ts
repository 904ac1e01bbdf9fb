import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { askedNames, collectionNames } from './collections.js';
import { functions, input, operators } from './query.js';
import { rangeTokens, timeUnits } from './range.js';

const access = { scope: 'analytics:read' } as const;

export const listCollections = defineOperation({
  name: 'analytics_list_collections',
  title: 'List collections',
  description: 'Lists what can be asked about: collections of what happened in the business. analytics_describe_collection tells the fields of one.',
  access,
  input: z.object({}),
  output: z.array(z.object({ collection: z.enum(collectionNames), alsoCalled: z.array(z.string()), description: z.string() })),
  effect: 'read',
  rest: { method: 'GET', path: '/analytics/collections' },
});

export const describeCollection = defineOperation({
  name: 'analytics_describe_collection',
  title: 'Describe a collection',
  description: 'Tells the fields of a collection and what a query may do with them. Call it before analytics_query.',
  access,
  input: z.object({ collection: z.enum(askedNames).describe('From analytics_list_collections') }),
  output: z.object({
    collection: z.string(),
    description: z.string(),
    fields: z.array(
      z.object({
        name: z.string(),
        type: z.enum(['text', 'number', 'boolean']),
        description: z.string(),
        countedByDay: z.boolean().describe('Answered from each day’s counts, however many there are'),
      }),
    ),
    dateRanges: z.array(z.enum(rangeTokens)),
    groupByTime: z.array(z.enum(timeUnits)),
    operators: z.array(z.enum(operators)),
    functions: z.array(z.enum(functions)),
  }),
  effect: 'read',
  rest: { method: 'GET', path: '/analytics/collections/:collection' },
});

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const query = defineOperation({
  name: 'analytics_query',
  title: 'Ask for figures',
  description:
    'Counts and sums what happened in the business, by day, week, month or field. An empty answer: nothing happened in these days, or the collection is another; widen the range.',
  access,
  input,
  output: z.object({
    collection: z.enum(askedNames),
    dateRange: z.string().describe('As asked for; of two days 2026-01-01/2026-01-31'),
    start_date: z.string(),
    end_date: z.string(),
    rows: z.array(z.record(z.string(), value)).describe('A row for each group that something is in'),
    truncated: z.boolean().describe('Whether there are more rows than limit'),
  }),
  effect: 'read',
  timeLimitSeconds: 10,
  rest: { method: 'POST', path: '/analytics/query' },
});
