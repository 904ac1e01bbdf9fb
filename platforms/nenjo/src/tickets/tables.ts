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
  indexes: [
    ['created_at', 'id'],
    ['project_id', 'created_at', 'id'],
  ],
  references: { project_id: { table: 'projects' } },
});

/** Tags have rows of their own, so that a list can be filtered by them through an index. */
export const ticketTags = tenantTable('ticket_tags', {
  columns: { id: col.uuid(), ticket_id: col.uuid(), tag: col.text(), position: col.integer() },
  unique: [['ticket_id', 'tag']],
  indexes: [['tag', 'ticket_id']],
  references: { ticket_id: { table: 'tickets', onDelete: 'cascade' } },
});

/** `ticket_id` waits for `depends_on_id`; both are of one project. */
export const ticketDependencies = tenantTable('ticket_dependencies', {
  columns: { id: col.uuid(), ticket_id: col.uuid(), depends_on_id: col.uuid(), position: col.integer() },
  unique: [['ticket_id', 'depends_on_id']],
  indexes: [['depends_on_id']],
  references: { ticket_id: { table: 'tickets', onDelete: 'cascade' }, depends_on_id: { table: 'tickets', onDelete: 'cascade' } },
});
