import { Refusal, refuse } from 'gatehouse';
import { unlessGone } from '../pipelines/store.js';
import { type Db, bind } from '../tables.js';
import * as operations from './skill-operations.js';
import { editable, findRole } from './store.js';

const MAX_SKILLS = 100;

export const roleSkillBindings = [
  bind(operations.listRoleSkills, async ({ id }, { db }) => {
    const role = await findRole(db, id);
    return role instanceof Refusal ? role : skillsOf(db, id);
  }),
  bind(operations.assignSkill, ({ id, skill_id }, { tx, id: newId, now, principal }) =>
    unlessGone(
      tx(async ({ db }) => {
        const role = await editable(db, principal, id);
        if (role instanceof Refusal) return role;
        const skill = await db.selectFrom('skills').select('id').where('id', '=', skill_id).executeTakeFirst();
        if (skill === undefined) return refuse('not_found', 'There is no skill with this id.');
        const held = await db.selectFrom('agent_role_skills').select(['skill_id', 'position']).where('role_id', '=', id).orderBy('position', 'desc').execute();
        if (held.some((other) => other.skill_id === skill_id)) return skillsOf(db, id);
        if (held.length >= MAX_SKILLS) return refuse('conflict', `A role has at most ${MAX_SKILLS} skills.`);
        const row = { id: newId(), role_id: id, skill_id, position: (held[0]?.position ?? 0) + 1, created_at: now() };
        await db.insertInto('agent_role_skills').values(row).execute();
        return skillsOf(db, id);
      }),
    ),
  ),
  bind(operations.unassignSkill, ({ id, skill_id }, { tx, principal }) =>
    tx(async ({ db }) => {
      const role = await editable(db, principal, id);
      if (role instanceof Refusal) return role;
      const gone = db.deleteFrom('agent_role_skills').where('role_id', '=', id).where('skill_id', '=', skill_id);
      return (await gone.returning('id').executeTakeFirst()) === undefined ? refuse('not_found', 'The role has no skill with this id.') : {};
    }),
  ),
];

function skillsOf(db: Db, role: string) {
  return db
    .selectFrom('agent_role_skills')
    .innerJoin('skills', 'skills.id', 'agent_role_skills.skill_id')
    .selectAll('skills')
    .where('agent_role_skills.role_id', '=', role)
    .orderBy('agent_role_skills.position')
    .execute();
}
