import { isoSeconds, refuse } from '../../index.js';
import type { Command } from './command.js';

export const listClients: Command = {
  name: 'client list',
  summary: 'list the programs that registered or that somebody let in, newest first',
  options: [],
  empty: 'No programs.',
  prepare:
    () =>
    async ({ gatehouse }) =>
      (await gatehouse.clients.list()).map(({ id, kind, metadata, createdAt, expiresAt }) => {
        const { client_name: name, redirect_uris: redirects } = JSON.parse(metadata) as { client_name?: string; redirect_uris?: readonly string[] };
        return {
          id,
          kind,
          name: name ?? null,
          redirect_uris: redirects ?? [],
          created_at: isoSeconds(createdAt),
          waits_until: expiresAt === null ? null : isoSeconds(expiresAt),
        };
      }),
};

export const removeClient: Command = {
  name: 'client remove',
  summary: 'forget a program, and end all that people allowed it',
  arguments: ['id'],
  options: [],
  heading: () => 'The program is forgotten: every token of it is refused from now on.',
  prepare:
    ({ id = '' }) =>
    async ({ gatehouse }) =>
      (await gatehouse.clients.remove(id)) === 'removed'
        ? { id }
        : refuse('not_found', 'There is no such program: give its id, as `gatehouse client list` shows it.'),
};
