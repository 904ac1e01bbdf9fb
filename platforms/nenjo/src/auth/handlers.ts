import { type Access, type Principal, Refusal, people, refuse } from 'gatehouse';
import { missingCopies } from '../roles/copies.js';
import { bind } from '../tables.js';
import * as operations from './operations.js';

export const authBindings = [
  bind(operations.me, async (_input, context) => {
    const person = await personOf(context.principal, context.access);
    // Whoever signs in asks this first: a login, at which deleted copies of the system's roles come back.
    if (!(person instanceof Refusal)) await missingCopies(context);
    return person;
  }),
  bind(operations.verify, (_input, { principal, access }) => personOf(principal, access)),
  bind(operations.verifyToken, async ({ token }, { principal, access }) => {
    const { kind } = principal.credential;
    if (token === undefined) return kind === 'none' ? refuse('unauthenticated', 'A session token is required.') : personOf(principal, access);
    if (kind !== 'none') return refuse('invalid_credential', 'Two credentials came in one request; send one.');
    const bearer = await access.verify(token);
    return bearer instanceof Refusal ? bearer : personOf(bearer, access);
  }),
];

/** The person behind a session. An API key is none, whoever owns it. */
async function personOf({ user: id, tenant, role, credential }: Principal, access: Access) {
  const user = id === undefined || !people.includes(credential.kind) ? undefined : await access.user(id);
  if (user === undefined) return refuse('invalid_credential', 'The token is not a valid session token.');
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    org_id: tenant === user.homeTenant ? null : tenant,
    role: role ?? '',
    created_at: user.createdAt,
  };
}
