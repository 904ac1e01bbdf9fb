import { Refusal, isoSeconds, refuse } from '../../index.js';
import type { Command } from './command.js';
import { knownUser, userOf } from './owners.js';

const userOption = { flags: '--user <id|e-mail>', description: 'whose it is', required: true } as const;

export const createSession: Command = {
  name: 'session create',
  begins: true,
  summary: 'sign a user in, who is made if unknown, and show the session token, once',
  options: [userOption],
  heading: () => 'Whoever has the token is signed in as this user, for an hour; refreshed in time, for 30 days. It is shown this once.',
  prepare:
    ({ user = '' }) =>
    async ({ gatehouse: { users, sessions, sessionCookie } }) => {
      const found = await userOf(users, user);
      if (found instanceof Refusal) return found;
      const minted = await sessions.mint({ tenant: found.homeTenant, user: found.id, createdBy: 'cli', userAgent: 'gatehouse session create' });
      const { token, expiresAt, session } = minted;
      return { id: session.id, token, cookie: `${sessionCookie.name}=${token}`, expires_at: isoSeconds(expiresAt) };
    },
};

export const listSessions: Command = {
  name: 'session list',
  summary: 'list where a user is signed in, newest first',
  options: [userOption],
  empty: 'No sessions.',
  prepare:
    ({ user = '' }) =>
    async ({ gatehouse }) => {
      const id = await knownUser(gatehouse, user);
      if (id instanceof Refusal) return id;
      return (await gatehouse.sessions.list(id)).map((session) => ({
        id: session.id,
        user_agent: session.userAgent,
        created_at: isoSeconds(session.createdAt),
        refreshed_at: isoSeconds(session.refreshedAt),
        expires_at: isoSeconds(session.expiresAt),
        ends_at: isoSeconds(session.endsAt),
      }));
    },
};

export const revokeSession: Command = {
  name: 'session revoke',
  summary: 'end a session, now and for good',
  arguments: ['id'],
  options: [],
  heading: () => 'The session is ended: it is refused from now on.',
  prepare:
    ({ id = '' }) =>
    async ({ gatehouse: { sessions } }) => {
      const user = await sessions.userOf(id);
      const ended = user !== undefined && (await sessions.revoke(user, id)) === undefined;
      // Without what was typed: somebody may have typed the token itself.
      if (!ended) return refuse('not_found', 'There is no such session, or it has ended: give its id, as `gatehouse session list` shows it.');
      return { id, user_id: user };
    },
};
