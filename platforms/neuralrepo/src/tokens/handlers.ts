import { type Access, Refusal } from 'gatehouse';
import { scopes } from '../scopes.js';
import { bind } from '../tables.js';
import * as operations from './operations.js';

type Grant = Exclude<Awaited<ReturnType<Access['grants']['list']>>, Refusal>[number];

export const tokenBindings = [
  bind(operations.listTokens, async (_input, { access, principal }) => {
    const grants = await access.grants.list();
    if (grants instanceof Refusal) return grants;
    const here = grants.filter(({ tenant }) => tenant === principal.tenant);
    return { tokens: here.map((grant) => ({ ...shown(grant), last_used_at: grant.lastUsedAt })) };
  }),
  bind(operations.createToken, async ({ label }, { access }) => {
    const made = await access.grants.make({ label, scopes });
    return made instanceof Refusal ? made : { ...shown(made.grant), token: made.raw };
  }),
  bind(operations.revokeToken, async ({ id }, { access }) => (await access.grants.revoke(id)) ?? {}),
];

function shown({ id, client, clientName, scopes: granted, createdAt }: Grant) {
  return { id, client_id: client, label: clientName, scopes: granted.join(' '), created_at: createdAt };
}
