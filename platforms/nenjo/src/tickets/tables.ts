import { col, tenantTable } from 'gatehouse';
import type { TicketPriority, TicketStatus, TicketType } from './values.js';

export const tickets = tenantTable('tickets', {
  columns: {
    id: col.uuid(),
    project_id: col.uuid(),
    slug: col.text(),
    title: col.text(),
    description: col.nullable(col.text()),
    acceptance_criteria: col.nullable(col.text()),
    status: col.text<TicketStatus>(),
    priority: col.text<TicketPriority>(),
    type: col.text<TicketType>(),
    complexity: col.nullable(col.integer()),
    source: col.text(),
    order_index: col.integer(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['project_id', 'slug']],
  // One for each filter of a list, in the order of lists; of two filters, the second is looked at in the index of the first.
  indexes: [
    ['created_at', 'id'],
    ['project_id', 'created_at', 'id'],
    ['status', 'created_at', 'id', 'priority', 'type'],
    ['priority', 'created_at', 'id', 'type'],
    ['type', 'created_at', 'id'],
  ],
  references: { project_id: { table: 'projects' } },
});

/** Tags have rows of their own, so that a list can be filtered by them through an index, which has the order of lists: `created_at` is the ticket's. */
export const ticketTags = tenantTable('ticket_tags', {
  columns: { id: col.uuid(), ticket_id: col.uuid(), tag: col.text(), position: col.integer(), created_at: col.timestamp() },
  unique: [['ticket_id', 'tag']],
  // Without ticket_id: PostgreSQL would take it for a way to find the tags of tickets, and read all of a large tenant's.
  indexes: [['tag', 'created_at']],
  references: { ticket_id: { table: 'tickets', onDelete: 'cascade' } },
});

/** `ticket_id` waits for `depends_on_id`; both are of one project. */
export const ticketDependencies = tenantTable('ticket_dependencies', {
  columns: { id: col.uuid(), ticket_id: col.uuid(), depends_on_id: col.uuid(), position: col.integer() },
  unique: [['ticket_id', 'depends_on_id']],
  indexes: [['depends_on_id']],
  references: { ticket_id: { table: 'tickets', onDelete: 'cascade' }, depends_on_id: { table: 'tickets', onDelete: 'cascade' } },
});
