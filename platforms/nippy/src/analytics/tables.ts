import { col, tenantTable } from 'gatehouse';

/**
 * What happened, counted by day and by what a collection is asked for most (its dimensions): a query that needs no more reads these few rows,
 * however many events they stand for.
 */
export const analyticsDaily = tenantTable('analytics_daily', {
  columns: {
    id: col.text(),
    collection: col.text(),
    /** `2026-01-31`, in UTC. */
    day: col.text(),
    /** The dimensions' values in the order in which the collection declares them, as JSON: one text, so that null is a value like others. */
    dims: col.text(),
    count: col.integer(),
    /** The sum of the collection's figure. */
    total: col.integer(),
  },
  unique: [['collection', 'day', 'dims']],
});

/** The same over all dimensions: what is asked for most of all is a row a day. */
export const analyticsDays = tenantTable('analytics_days', {
  columns: { id: col.text(), collection: col.text(), day: col.text(), count: col.integer(), total: col.integer() },
  unique: [['collection', 'day']],
});

/** What happened and is not in a day's count yet: written with the event itself, and gone with the job that counts it. */
export const analyticsPending = tenantTable('analytics_pending', {
  columns: { id: col.text(), collection: col.text(), day: col.text(), dims: col.text(), count: col.integer(), total: col.integer() },
  indexes: [['collection', 'day']],
});
