import type { Db, Reads } from '../tables.js';
import { nextFree, numbered, slugFrom } from './slug.js';
import type { TicketPriority, TicketStatus, TicketType } from './values.js';

/** A ticket's row before it has a slug. */
export interface NewTicket {
  readonly id: string;
  readonly project_id: string;
  readonly title: string;
  readonly description: string | null;
  readonly acceptance_criteria: string | null;
  readonly status: TicketStatus;
  readonly priority: TicketPriority;
  readonly type: TicketType;
  readonly complexity: number | null;
  readonly source: string;
  readonly order_index: number;
  readonly created_by: string | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Each round that fails to take its slug means that another ticket got it. */
const ROUNDS = 1000;

/** Inserts the ticket with the next free slug of its project. The unique index decides; the look-up before only guesses well. */
export async function insertTicket(db: Db, ticket: NewTicket): Promise<void> {
  const base = slugFrom(ticket.title);
  const isTaken = async (number: number) => {
    const query = db.selectFrom('tickets').select('id').where('project_id', '=', ticket.project_id).where('slug', '=', numbered(base, number));
    return (await query.executeTakeFirst()) !== undefined;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const row = { ...ticket, slug: numbered(base, await nextFree(isTaken)) };
    const conflict = db
      .insertInto('tickets')
      .values(row)
      .onConflict((on) => on.columns(['project_id', 'slug']).doNothing());
    if ((await conflict.returning('id').executeTakeFirst()) !== undefined) return;
  }
  throw new Error(`No slug could be found for the ticket: ${ROUNDS} were taken by others meanwhile.`);
}

/** Makes these the ticket's tags, in this order, each once. */
export async function setTags(db: Db, { id, created_at }: Pick<NewTicket, 'id' | 'created_at'>, tags: readonly string[], newId: () => string): Promise<void> {
  await db.deleteFrom('ticket_tags').where('ticket_id', '=', id).execute();
  const rows = [...new Set(tags)].map((tag, position) => ({ id: newId(), ticket_id: id, tag, position, created_at }));
  if (rows.length > 0) await db.insertInto('ticket_tags').values(rows).execute();
}

export interface Filters {
  readonly limit: number;
  readonly offset: number;
  readonly project_id?: string | undefined;
  readonly status?: TicketStatus | undefined;
  readonly priority?: TicketPriority | undefined;
  readonly type?: TicketType | undefined;
  readonly tags: readonly string[];
}

const columns = ['project_id', 'status', 'priority', 'type'] as const;

/** Newest first. The page is found in indexes, before tickets are looked up: what an offset passes by is never read. */
export function listed(db: Reads, filters: Filters) {
  return db
    .selectFrom(pageOf(db, filters))
    .innerJoin('tickets', 'tickets.id', 'page.ticket_id')
    .selectAll('tickets')
    .orderBy('page.created_at', 'desc')
    .orderBy('page.ticket_id', 'desc')
    .execute();
}

function pageOf(db: Reads, { tags: given, limit, offset, ...filters }: Filters) {
  const tags = [...new Set(given)];
  const [first, ...others] = tags;
  if (first !== undefined && columns.every((column) => filters[column] === undefined)) {
    // By the index of tags alone: for a join a database would have to guess how many there are.
    let rows = db.selectFrom('ticket_tags').select(['ticket_tags.ticket_id', 'ticket_tags.created_at']).where('ticket_tags.tag', '=', first);
    for (const each of others)
      rows = rows.where(({ exists, selectFrom }) =>
        exists(selectFrom('ticket_tags as other').select('other.id').whereRef('other.ticket_id', '=', 'ticket_tags.ticket_id').where('other.tag', '=', each)),
      );
    return rows.orderBy('created_at', 'desc').orderBy('ticket_id', 'desc').limit(limit).offset(offset).as('page');
  }
  let rows = db.selectFrom('tickets').select(['id as ticket_id', 'created_at']);
  for (const column of columns) {
    const value = filters[column];
    if (value !== undefined) rows = rows.where(column, '=', value);
  }
  for (const each of tags)
    rows = rows.where(({ exists, selectFrom }) =>
      exists(selectFrom('ticket_tags').select('ticket_tags.id').whereRef('ticket_tags.ticket_id', '=', 'tickets.id').where('ticket_tags.tag', '=', each)),
    );
  return rows.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset).as('page');
}

/** Adds to tickets what lies in tables of its own: tags and dependencies. */
export async function complete<Row extends { readonly id: string }>(db: Reads, rows: readonly Row[]) {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const tags = listsOf(await db.selectFrom('ticket_tags').select(['ticket_id', 'tag as value']).where('ticket_id', 'in', ids).orderBy('position').execute());
  const dependencies = listsOf(
    await db.selectFrom('ticket_dependencies').select(['ticket_id', 'depends_on_id as value']).where('ticket_id', 'in', ids).orderBy('position').execute(),
  );
  return rows.map((row) => ({ ...row, tags: tags.get(row.id) ?? [], depends_on: dependencies.get(row.id) ?? [] }));
}

function listsOf(rows: readonly { readonly ticket_id: string; readonly value: string }[]): ReadonlyMap<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const { ticket_id, value } of rows) {
    const list = lists.get(ticket_id);
    if (list === undefined) lists.set(ticket_id, [value]);
    else list.push(value);
  }
  return lists;
}
