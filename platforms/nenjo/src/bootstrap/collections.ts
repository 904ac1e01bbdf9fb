import type { RowOf, TableDef } from 'gatehouse';
import { withTags } from '../agents/store.js';
import { seated } from '../councils/store.js';
import type { agentRoles } from '../roles/tables.js';
import { systemTemplates } from '../roles/templates.js';
import type { Reads } from '../tables.js';

/** Ids in one question to the database, which bounds how many values a statement may have. */
const BATCH = 500;

/** All rows of one table, oldest first: what is there stays in its place when more comes. */
export function whole<T extends TableDef>(db: Reads, table: T): Promise<RowOf<T>[]> {
  // The query builder cannot type a table that is not known before it runs: it is told one, of which no other column is named.
  const rows: Promise<unknown> = db
    .selectFrom(table.name as 'skills')
    .selectAll()
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows as Promise<RowOf<T>[]>;
}

/** With their steps and edges. */
export async function pipelines(db: Reads) {
  const found = await db.selectFrom('pipelines').selectAll().orderBy('created_at').orderBy('id').execute();
  const steps = await db.selectFrom('pipeline_steps').selectAll().orderBy('order_index').orderBy('created_at').orderBy('id').execute();
  const edges = await db.selectFrom('pipeline_edges').selectAll().orderBy('order_index').orderBy('created_at').orderBy('id').execute();
  const stepsOf = grouped(steps, ({ pipeline_id }) => pipeline_id);
  const edgesOf = grouped(edges, ({ pipeline_id }) => pipeline_id);
  return found.map((pipeline) => ({ ...pipeline, steps: stepsOf.get(pipeline.id) ?? [], edges: edgesOf.get(pipeline.id) ?? [] }));
}

export async function agents(db: Reads) {
  const found = await db.selectFrom('agents').selectAll().orderBy('created_at').orderBy('id').execute();
  return inBatches(found, (rows) => withTags(db, rows));
}

/** The system's templates, then the workspace's own, each with the skills that it has. */
export async function roles(db: Reads) {
  const found = await db.selectFrom('agent_roles').selectAll().orderBy('created_at').orderBy('id').execute();
  const skills = await db.selectFrom('agent_role_skills').select(['role_id', 'skill_id']).orderBy('position').execute();
  const skillsOf = grouped(skills, ({ role_id }) => role_id);
  return [...systemTemplates, ...found.map(asStored)].map((role) => ({ ...role, skill_ids: (skillsOf.get(role.id) ?? []).map(({ skill_id }) => skill_id) }));
}

/** Prompts are complete when they are stored; to fill in defaults once more would cost a large snapshot a fifth of its time. */
const asStored = (row: RowOf<typeof agentRoles>) => ({
  ...row,
  is_system: false,
  platform_scopes: [...row.platform_scopes],
  mcp_server_ids: [...row.mcp_server_ids],
});

export async function councils(db: Reads) {
  const found = await db.selectFrom('councils').selectAll().orderBy('created_at').orderBy('id').execute();
  return inBatches(found, (rows) => seated(db, rows));
}

async function inBatches<Row, Out>(rows: readonly Row[], complete: (batch: readonly Row[]) => Promise<readonly Out[]>): Promise<Out[]> {
  const done: Out[] = [];
  for (let at = 0; at < rows.length; at += BATCH) done.push(...(await complete(rows.slice(at, at + BATCH))));
  return done;
}

function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}
