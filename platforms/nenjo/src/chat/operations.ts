import { defineOperation, people, timestamp } from 'gatehouse';
import { z } from 'zod';
import { deleted, line, openObject, page, uuid } from '../fields.js';
import { authors } from './values.js';

const session = z.object({
  id: z.string(),
  title: z.string(),
  project_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  message_count: z.int(),
  created_by: z.string().nullable(),
  created_at: timestamp(),
  updated_at: timestamp(),
});

const message = z.object({
  id: z.string(),
  session_id: z.string(),
  position: z.int(),
  role: z.enum(authors),
  content: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  created_by: z.string().nullable(),
  created_at: timestamp(),
});

const title = line(200).describe('What it is about');
const id = uuid();

export const listSessions = defineOperation({
  name: 'chat_sessions_list',
  title: 'List chat sessions',
  description: 'Lists chat sessions, the one with the latest message first. Use it to find the session_id that chat_messages_list needs.',
  access: { scope: 'chat:read' },
  input: z.object({ project_id: uuid().optional(), ...page }),
  output: z.array(session),
  effect: 'read',
  rest: { method: 'GET', path: '/chat-sessions' },
});

export const listMessages = defineOperation({
  name: 'chat_messages_list',
  title: 'List chat messages',
  description: 'Lists the messages of one chat session, oldest first. For the latest ones, set offset to the message_count of the session less limit.',
  access: { scope: 'chat:read' },
  input: z.object({ session_id: id, ...page }),
  output: z.array(message),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/chat-messages' },
});

export const createSession = defineOperation({
  name: 'chat_sessions_create',
  title: 'Create a chat session',
  description: 'Begins a conversation, perhaps about a project and with an agent.',
  access: { scope: null, by: people },
  input: z.object({
    title: title.default('New chat'),
    project_id: uuid().nullable().default(null).describe('The project that it is about'),
    agent_id: uuid().nullable().default(null).describe('The agent that it is with'),
  }),
  output: session,
  errors: ['not_found'],
  effect: 'create',
  rest: { method: 'POST', path: '/chat-sessions' },
});

export const renameSession = defineOperation({
  name: 'chat_sessions_update',
  title: 'Rename a chat session',
  description: 'Gives a chat session another title.',
  access: { scope: null, by: people },
  input: z.object({ id, title: title.optional() }),
  output: session,
  errors: ['not_found'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/chat-sessions/:id' },
});

export const deleteSession = defineOperation({
  name: 'chat_sessions_delete',
  title: 'Delete a chat session',
  description: 'Deletes a chat session with its messages for good.',
  access: { scope: null, by: people },
  input: z.object({ id }),
  output: deleted,
  errors: ['not_found'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/chat-sessions/:id', status: 204 },
});

/** What a person writes is the person's: the words of an assistant come from workers. */
export const writeMessage = defineOperation({
  name: 'chat_messages_create',
  title: 'Write a chat message',
  description: 'Writes a message as the person who is signed in, at the end of a chat session.',
  access: { scope: null, by: people },
  input: z.object({
    session_id: id,
    content: z.string().min(1, 'Must not be empty').max(100_000).describe('What is said'),
    metadata: openObject().default({}).describe('Any JSON object; stored as it is'),
  }),
  output: message,
  errors: ['not_found'],
  effect: 'create',
  rest: { method: 'POST', path: '/chat-messages' },
});
