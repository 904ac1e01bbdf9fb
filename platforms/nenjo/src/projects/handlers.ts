import { refuse } from 'gatehouse';
import { type Db, bind } from '../tables.js';
import * as operations from './operations.js';

export const projectBindings = [
  bind(operations.listProjects, ({ limit, offset }, { db }) =>
    db.selectFrom('projects').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset).execute(),
  ),
  bind(operations.getProject, async ({ id }, { db }) => (await findProject(db, id)) ?? unknownProject()),
  bind(operations.createProject, async (input, { db, id, now, principal }) => {
    const at = now();
    const project = { ...input, id: id(), created_by: principal.user ?? null, created_at: at, updated_at: at };
    await db.insertInto('projects').values(project).execute();
    return project;
  }),
  bind(operations.updateProject, async ({ id, ...changes }, { db, now }) => {
    // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
    if (Object.keys(changes).length === 0) return (await findProject(db, id)) ?? unknownProject();
    const changed = { ...changes, updated_at: now() };
    return (await db.updateTable('projects').set(changed).where('id', '=', id).returningAll().executeTakeFirst()) ?? unknownProject();
  }),
];

function findProject(db: Db, id: string) {
  return db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst();
}

/** For every reference to a project as well: a foreign one is as unknown as one that never was. */
export function unknownProject() {
  return refuse('not_found', 'There is no project with this id.');
}
