import { Refusal } from 'gatehouse';
import { bind } from '../tables.js';
import { type Collection, DOCUMENTED, collectionNames, collections, nameOf } from './collections.js';
import * as operations from './operations.js';
import { functions, operators, understood } from './query.js';
import { rangeTokens, timeUnits } from './range.js';
import { answerOf } from './read.js';

export const analyticsBindings = [
  bind(operations.listCollections, () =>
    collectionNames.map((collection) => ({
      collection,
      alsoCalled: collection === nameOf(DOCUMENTED) ? [DOCUMENTED] : [],
      description: collections[collection].description,
    })),
  ),
  bind(operations.describeCollection, ({ collection }) => {
    const { description, fields, dims, figure }: Collection = collections[nameOf(collection)];
    const counted = new Set(['day', ...dims, figure]);
    return {
      collection,
      description,
      fields: Object.entries(fields).map(([name, field]) => ({ name, ...field, countedByDay: counted.has(name) })),
      ...{ dateRanges: [...rangeTokens], groupByTime: [...timeUnits], operators: [...operators], functions: [...functions] },
    };
  }),
  bind(operations.query, async (asked, { db, now, signal, principal }) => {
    const query = understood(asked, now());
    if (query instanceof Refusal) return query;
    const answer = await answerOf(query, db, { who: principal.tenant ?? '', signal });
    if (answer instanceof Refusal) return answer;
    const { named: dateRange, start: start_date, end: end_date } = query.range;
    return { collection: asked.collection, dateRange, start_date, end_date, rows: [...answer.rows], truncated: answer.truncated };
  }),
];
