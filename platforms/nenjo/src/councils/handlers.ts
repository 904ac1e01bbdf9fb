import { type Refusal, refuse } from 'gatehouse';
import { constrained } from '../conflicts.js';
import { usedBySteps, usedMeanwhile } from '../in-use.js';
import { bind } from '../tables.js';
import * as operations from './operations.js';
import { leaderIssues, ranked } from './rules.js';
import { findCouncil, seated, setMembers, unknownCouncil, unseatable } from './store.js';

export const councilBindings = [
  bind(operations.listCouncils, ({ limit, offset }, { snapshot }) =>
    snapshot(async ({ db }) => {
      const newestFirst = db.selectFrom('councils').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');
      return seated(db, await newestFirst.limit(limit).offset(offset).execute());
    }),
  ),
  bind(operations.getCouncil, async ({ id }, { snapshot }) => (await snapshot(({ db }) => findCouncil(db, id))) ?? unknownCouncil()),
  bind(operations.createCouncil, ({ members, ...fields }, { tx, id: newId, now, principal }) =>
    written(
      fields.name,
      tx(async ({ db }) => {
        const refused = await unseatable(db, fields.leader_role_assignment_id, members);
        if (refused !== undefined) return refused;
        const at = now();
        const council = { ...fields, id: newId(), created_by: principal.user ?? null, created_at: at, updated_at: at };
        await db.insertInto('councils').values(council).execute();
        await setMembers(db, council.id, ranked(members), at, newId);
        return (await findCouncil(db, council.id)) ?? unknownCouncil();
      }),
    ),
  ),
  bind(operations.updateCouncil, ({ id, members, ...changes }, { tx, id: newId, now }) =>
    written(
      changes.name,
      tx(async ({ db }) => {
        // Holds the council's row until the unit ends: of two calls at once the later sees who sits there by then.
        const held = db.updateTable('councils').set((eb) => ({ updated_at: eb.ref('updated_at') }));
        if ((await held.where('id', '=', id).returning('id').executeTakeFirst()) === undefined) return unknownCouncil();
        const before = await findCouncil(db, id);
        // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
        const untouched = members === undefined && Object.keys(changes).length === 0;
        if (before === undefined || untouched) return before ?? unknownCouncil();
        const leader = changes.leader_role_assignment_id ?? before.leader_role_assignment_id;
        const refused = members === undefined ? await unseatable(db, leader, before.members, leaderIssues) : await unseatable(db, leader, members);
        if (refused !== undefined) return refused;
        const at = now();
        await db
          .updateTable('councils')
          .set({ ...changes, updated_at: at })
          .where('id', '=', id)
          .execute();
        if (members !== undefined) await setMembers(db, id, ranked(members), at, newId);
        return (await findCouncil(db, id)) ?? unknownCouncil();
      }),
    ),
  ),
  bind(operations.deleteCouncil, ({ id }, { tx }) =>
    constrained(
      tx(async ({ db }) => {
        if ((await findCouncil(db, id)) === undefined) return unknownCouncil();
        const used = await usedBySteps(db, 'The council', 'council_id', id);
        if (used !== undefined) return used;
        await db.deleteFrom('councils').where('id', '=', id).execute();
        return { id, deleted: true as const };
      }),
      { reference: usedMeanwhile },
    ),
  ),
];

function written<T>(name: string | undefined, work: Promise<T>): Promise<T | Refusal> {
  const message = `There is a council with the name "${name ?? ''}" already`;
  return constrained(work, {
    unique: () => refuse('conflict', `${message}.`, { fields: [{ path: 'name', message }], next: 'Choose another name, or change that council.' }),
    reference: () => refuse('conflict', 'A role assignment was deleted at the same moment.', { next: 'Look who is left, then repeat the call.' }),
  });
}
