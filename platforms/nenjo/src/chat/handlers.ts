import { type Refusal, refuse } from 'gatehouse';
import { isProject } from '../projects/store.js';
import { type Db, bind } from '../tables.js';
import * as operations from './operations.js';

export const chatBindings = [
  bind(operations.listSessions, ({ project_id, limit, offset }, { db }) => {
    const query = sessions(db).orderBy('updated_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset);
    return (project_id === undefined ? query : query.where('project_id', '=', project_id)).execute();
  }),
  bind(operations.listMessages, async ({ session_id, limit, offset }, { db }) => {
    const query = db.selectFrom('chat_messages').selectAll().where('session_id', '=', session_id).orderBy('position').limit(limit).offset(offset);
    const messages = await query.execute();
    return messages.length > 0 || (await findSession(db, session_id)) !== undefined ? messages : unknownSession();
  }),
  bind(operations.createSession, ({ title, project_id, agent_id }, { tx, id, now, principal }) =>
    tx(async ({ db }) => {
      const refused = await unknownParts(db, { project_id, agent_id });
      if (refused !== undefined) return refused;
      const at = now();
      const session = { id: id(), title, project_id, agent_id, created_by: principal.user ?? null, created_at: at, updated_at: at };
      await db.insertInto('chat_sessions').values(session).execute();
      return { ...session, message_count: 0 };
    }),
  ),
  bind(operations.renameSession, async ({ id, title }, { db }) => {
    // Its `updated_at` tells when something was said last, and a new title says nothing.
    if (title !== undefined) await db.updateTable('chat_sessions').set({ title }).where('id', '=', id).execute();
    return (await findSession(db, id)) ?? unknownSession();
  }),
  bind(operations.deleteSession, async ({ id }, { db }) => {
    const gone = await db.deleteFrom('chat_sessions').where('id', '=', id).returning('id').executeTakeFirst();
    return gone === undefined ? unknownSession() : { id, deleted: true as const };
  }),
  bind(operations.writeMessage, ({ session_id, content, metadata }, { tx, id, now, principal }) =>
    tx(async ({ db }) => {
      const at = now();
      // First, for it holds the session's row until the unit ends: messages that come at once take their places one by one.
      const session = await db.updateTable('chat_sessions').set({ updated_at: at }).where('id', '=', session_id).returning('id').executeTakeFirst();
      if (session === undefined) return unknownSession();
      const last = await db
        .selectFrom('chat_messages')
        .select((eb) => eb.fn.max('position').as('position'))
        .where('session_id', '=', session_id)
        .executeTakeFirst();
      const message = {
        id: id(),
        session_id,
        position: (last?.position ?? 0) + 1,
        role: 'user' as const,
        content,
        metadata,
        created_by: principal.user ?? null,
        created_at: at,
      };
      await db.insertInto('chat_messages').values(message).execute();
      return message;
    }),
  ),
];

/** Sessions with how many messages each has: positions leave no gap, so that the last one tells. */
function sessions(db: Db) {
  return db
    .selectFrom('chat_sessions')
    .selectAll()
    .select((eb) => {
      const last = eb
        .selectFrom('chat_messages')
        .whereRef('chat_messages.session_id', '=', 'chat_sessions.id')
        .select((inner) => inner.fn.max('chat_messages.position').as('position'));
      return eb.fn.coalesce(last, eb.val(0)).as('message_count');
    });
}

function findSession(db: Db, id: string) {
  return sessions(db).where('id', '=', id).executeTakeFirst();
}

async function unknownParts(db: Db, { project_id, agent_id }: { readonly project_id: string | null; readonly agent_id: string | null }) {
  if (project_id !== null && !(await isProject(db, project_id))) return unknownPart('project_id', 'project');
  if (agent_id === null) return undefined;
  const agent = await db.selectFrom('agents').select('id').where('id', '=', agent_id).executeTakeFirst();
  return agent === undefined ? unknownPart('agent_id', 'agent') : undefined;
}

function unknownPart(path: string, noun: string): Refusal {
  return refuse('not_found', `There is no ${noun} with this id.`, { fields: [{ path, message: `There is no such ${noun}` }] });
}

function unknownSession(): Refusal {
  return refuse('not_found', 'There is no chat session with this id.');
}
