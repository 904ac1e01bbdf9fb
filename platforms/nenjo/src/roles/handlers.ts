import { type Context, Refusal, refuse } from 'gatehouse';
import { constrained } from '../conflicts.js';
import { usedByCouncils, usedBySteps, usedMeanwhile } from '../in-use.js';
import { type Database, type Db, bind } from '../tables.js';
import { farthestColor } from './colors.js';
import { firstCopies, freeName } from './copies.js';
import * as operations from './operations.js';
import { changed, editable, findRole, named, shown, unknownServers } from './store.js';
import { systemTemplates, templateWith } from './templates.js';

export const roleBindings = [
  bind(operations.listRoles, async ({ limit, offset }, context) => {
    await firstCopies(context);
    const templates = systemTemplates.slice(offset, offset + limit);
    if (templates.length === limit) return [...templates];
    const query = context.db.selectFrom('agent_roles').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');
    const rows = await query
      .limit(limit - templates.length)
      .offset(Math.max(0, offset - systemTemplates.length))
      .execute();
    return [...templates, ...rows.map(shown)];
  }),
  bind(operations.getRole, ({ id }, { db }) => findRole(db, id)),
  bind(operations.createRole, ({ color, ...fields }, { tx, id, now, principal: { user } }) =>
    named(
      fields.name,
      tx(async ({ db }) => {
        if (user === undefined) return refuse('forbidden', 'A role belongs to a user, and this credential is nobody’s.');
        const refused = await unknownServers(db, fields.mcp_server_ids);
        if (refused !== undefined) return refused;
        const at = now();
        const more = { id: id(), created_by: user, source_role_id: null, assigned_agent_id: null, created_at: at, updated_at: at };
        const role = { ...fields, ...more, color: color ?? farthestColor(await colorsOf(db, user)) };
        await db.insertInto('agent_roles').values(role).execute();
        return shown(role);
      }),
    ),
  ),
  bind(operations.updateRole, ({ id, ...changes }, { tx, now, principal }) =>
    named(
      changes.name,
      tx(async ({ db }) => {
        const role = await editable(db, principal, id);
        // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
        if (role instanceof Refusal || Object.keys(changes).length === 0) return role;
        const refused = await unknownServers(db, changes.mcp_server_ids ?? []);
        return refused ?? changed(db, id, { ...changes, updated_at: now() });
      }),
    ),
  ),
  bind(operations.deleteRole, ({ id }, { tx, principal }) =>
    constrained(
      tx(async ({ db }) => {
        const role = await editable(db, principal, id);
        if (role instanceof Refusal) return role;
        const used = (await usedBySteps(db, 'The role', 'role_id', id)) ?? (await usedByCouncils(db, 'The role', 'role_id', id));
        if (used !== undefined) return used;
        await db.deleteFrom('agent_roles').where('id', '=', id).execute();
        return {};
      }),
      { reference: usedMeanwhile },
    ),
  ),
  bind(operations.resetRole, ({ id }, context) => constrained(reset(context, id), { unique: nameTaken })),
];

function nameTaken(): Refusal {
  return refuse('conflict', 'Another role got the name of the template at the same moment.', { next: 'Try again, for a numbered one.' });
}

/** The role back to what its template says. What it refers to in the workspace (skills, MCP servers, agents) stays. */
function reset({ tx, now, principal }: Context<Database>, id: string) {
  return tx(async ({ db }) => {
    const role = await editable(db, principal, id);
    if (role instanceof Refusal) return role;
    const template = role.source_role_id === null ? undefined : templateWith(role.source_role_id);
    if (template === undefined || role.created_by === null) {
      return refuse('conflict', 'This is a custom role: there is no system template that it came from.', { next: 'Change it with PATCH instead.' });
    }
    const { description, prompt_config, color, platform_scopes } = template;
    const name = await freeName(db, role.created_by, template.name, id);
    return changed(db, id, { name, description, prompt_config, color, platform_scopes, updated_at: now() });
  });
}

/** Those of the templates and of the user's own roles. */
async function colorsOf(db: Db, user: string): Promise<readonly string[]> {
  const own = await db.selectFrom('agent_roles').select('color').where('created_by', '=', user).execute();
  return [...systemTemplates, ...own].map(({ color }) => color);
}
