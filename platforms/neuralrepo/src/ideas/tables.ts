import { col, tenantTable } from 'gatehouse';
import type { IdeaSource, IdeaStatus, LinkType } from './values.js';

export const ideas = tenantTable('ideas', {
  columns: {
    id: col.text(),
    /** What people call it: `#12`. */
    number: col.integer(),
    title: col.text(),
    body: col.nullable(col.text()),
    status: col.text<IdeaStatus>(),
    source: col.text<IdeaSource>(),
    source_url: col.nullable(col.text()),
    parent_id: col.nullable(col.text()),
    is_archived: col.or(col.boolean(), false),
    /** Whether what follows a change (its vector, its duplicates) is still to be done. */
    processing: col.or(col.boolean(), true),
    /** Counts changes of title and body: what was reckoned from older ones is no longer true. */
    revision: col.or(col.integer(), 1),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['number']],
  indexes: [['is_archived', 'created_at', 'id'], ['status', 'created_at'], ['parent_id']],
  search: ['title', 'body'],
  references: { parent_id: { table: 'ideas', onDelete: 'set null' } },
});

/** The next number of each sequence, by its name. */
export const counters = tenantTable('counters', { columns: { id: col.text(), value: col.integer() } });

export const ideaLinks = tenantTable('idea_links', {
  columns: {
    id: col.text(),
    idea_id: col.text(),
    url: col.text(),
    title: col.nullable(col.text()),
    link_type: col.text<LinkType>(),
    created_at: col.timestamp(),
  },
  unique: [['idea_id', 'url']],
  references: { idea_id: { table: 'ideas', onDelete: 'cascade' } },
});
