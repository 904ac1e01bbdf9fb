import { col, tenantTable } from 'gatehouse';
import type { Language, RedirectType, RegistrationField } from './values.js';

/** A registration landing page. Its counters are kept in the unit of work of what they count. */
export const flows = tenantTable('flows', {
  columns: {
    id: col.text(),
    slug: col.text(),
    name: col.text(),
    description: col.text(),
    language: col.text<Language>(),
    registration_fields: col.json<readonly RegistrationField[]>(),
    redirect_type: col.text<RedirectType>(),
    /** A roulette's or a course's. */
    redirect_id: col.nullable(col.text()),
    redirect_url: col.nullable(col.text()),
    utm_source: col.nullable(col.text()),
    utm_campaign: col.nullable(col.text()),
    is_active: col.boolean(),
    completed_count: col.or(col.integer(), 0),
    unique_visit_count: col.or(col.integer(), 0),
    total_visit_count: col.or(col.integer(), 0),
    created_at: col.timestamp(),
  },
  unique: [['slug']],
  indexes: [['created_at', 'id']],
});

/** One visitor of a flow on one day, and how often they looked. */
export const visits = tenantTable('visits', {
  columns: {
    id: col.text(),
    flow_id: col.text(),
    /** `2026-01-31`, in UTC. */
    day: col.text(),
    /** A hash that lives for a day; null once it has been forgotten. */
    visitor: col.nullable(col.text()),
    visit_count: col.integer(),
    /** Where the first of them came from. */
    utm_source: col.nullable(col.text()),
    utm_campaign: col.nullable(col.text()),
    visited_at: col.timestamp(),
  },
  unique: [['flow_id', 'day', 'visitor']],
  indexes: [['visited_at'], ['day', 'id']],
  references: { flow_id: { table: 'flows', onDelete: 'cascade' } },
});

/** What somebody filled in. Never changes. */
export const registrations = tenantTable('registrations', {
  columns: {
    id: col.text(),
    flow_id: col.text(),
    /** The number of the form that it came by: each is good for one. */
    form: col.text(),
    answers: col.json<Readonly<Record<string, string>>>(),
    utm_source: col.nullable(col.text()),
    utm_campaign: col.nullable(col.text()),
    /** `2026-01-31`, in UTC. */
    day: col.text(),
    registered_at: col.timestamp(),
  },
  unique: [['form']],
  indexes: [['registered_at'], ['day', 'id'], ['flow_id', 'registered_at']],
  references: { flow_id: { table: 'flows', onDelete: 'cascade' } },
});
