import type { Context } from 'gatehouse';
import { constrained } from '../conflicts.js';
import type { Database, Db } from '../tables.js';
import { nextFree, numbered } from '../tickets/slug.js';
import { type ShownRole, systemTemplates } from './templates.js';

type Caller = Pick<Context<Database>, 'db' | 'principal' | 'now' | 'id'>;

/** At the first look at roles: the user's copy of each template. Who has any copy left has looked before. */
export async function firstCopies(caller: Caller): Promise<void> {
  const user = userIn(caller);
  if (user !== undefined && (await copiesOf(caller.db, user)).length === 0) await copied(caller, user, systemTemplates);
}

/** At a login: the copies that the user has not, or has deleted. */
export async function missingCopies(caller: Caller): Promise<void> {
  const user = userIn(caller);
  if (user === undefined) return;
  const there = new Set((await copiesOf(caller.db, user)).map(({ source_role_id }) => source_role_id));
  await copied(
    caller,
    user,
    systemTemplates.filter(({ id }) => !there.has(id)),
  );
}

/** The first of `name`, `name-2`, … that no other role of the user has. */
export async function freeName(db: Db, user: string, name: string, but?: string): Promise<string> {
  const isTaken = async (number: number) => {
    const found = await db.selectFrom('agent_roles').select('id').where('created_by', '=', user).where('name', '=', numbered(name, number)).executeTakeFirst();
    return found !== undefined && found.id !== but;
  };
  return numbered(name, await nextFree(isTaken));
}

/** In the caller's tenant, where there is one. */
const userIn = ({ principal }: Caller) => (principal.tenant === null ? undefined : principal.user);

function copiesOf(db: Db, user: string) {
  return db.selectFrom('agent_roles').select('source_role_id').where('created_by', '=', user).where('source_role_id', 'is not', null).execute();
}

async function copied(caller: Caller, user: string, templates: readonly ShownRole[]): Promise<void> {
  // Where another role of the user got the very name at the same moment, the next login makes the copy.
  for (const template of templates) await constrained(copy(caller, user, template), { unique: () => undefined });
}

/** Of two calls at once one makes it. */
async function copy({ db, now, id }: Caller, user: string, template: ShownRole): Promise<void> {
  const at = now();
  const { is_system: _, ...values } = template;
  const row = {
    ...values,
    id: id(),
    name: await freeName(db, user, template.name),
    created_by: user,
    source_role_id: template.id,
    created_at: at,
    updated_at: at,
  };
  await db
    .insertInto('agent_roles')
    .values(row)
    .onConflict((on) => on.columns(['created_by', 'source_role_id']).doNothing())
    .execute();
}
