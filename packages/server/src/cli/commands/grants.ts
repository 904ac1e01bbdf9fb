import { Refusal, isoSeconds, refuse } from '../../index.js';
import type { Command } from './command.js';
import { knownUser } from './owners.js';

export const listGrants: Command = {
  name: 'grant list',
  summary: 'list the programs that a user let in, newest first',
  options: [{ flags: '--user <id|e-mail>', description: 'whose it is', required: true }],
  empty: 'No programs were let in.',
  prepare:
    ({ user = '' }) =>
    async ({ gatehouse }) => {
      const id = await knownUser(gatehouse, user);
      if (id instanceof Refusal) return id;
      return (await gatehouse.grants.list(id)).map((grant) => ({
        id: grant.id,
        client_id: grant.client,
        client_name: grant.clientName,
        client_host: grant.clientHost,
        tenant_id: grant.tenant,
        scopes: grant.scopes,
        created_at: isoSeconds(grant.createdAt),
        last_used_at: grant.lastUsedAt === null ? null : isoSeconds(grant.lastUsedAt),
      }));
    },
};

export const revokeGrant: Command = {
  name: 'grant revoke',
  summary: 'end what a user allowed a program, now and for good',
  arguments: ['id'],
  options: [],
  heading: () => 'The grant is ended: every token of it is refused from now on.',
  prepare:
    ({ id = '' }) =>
    async ({ gatehouse: { grants } }) => {
      const user = await grants.userOf(id);
      const ended = user !== undefined && (await grants.revoke(user, id)) === undefined;
      // Without what was typed: somebody may have typed a token.
      if (!ended) return refuse('not_found', 'There is no such grant, or it has ended: give its id, as `gatehouse grant list` shows it.');
      return { id, user_id: user };
    },
};
