import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { line } from '../fields.js';
import { wholeAccess as access } from '../whole-access.js';
import { settingsJson } from './settings.js';

const userShape = z.object({
  id: z.string(),
  email: z.string().nullable(),
  display_name: z.string().nullable(),
  avatar_url: z.string().nullable(),
  plan: z.string(),
  settings_json: z.string().describe('A JSON object, as text'),
  has_anthropic_key: z.boolean(),
  has_openai_key: z.boolean(),
  has_openrouter_key: z.boolean(),
  created_at: timestamp(),
  updated_at: timestamp(),
});

const root = '/user/me';

export const getUser = defineOperation({
  name: 'user_get',
  title: 'Get the user',
  description: 'Shows who calls, with plan and settings.',
  access,
  input: z.object({}),
  output: userShape,
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: root },
});

export const updateUser = defineOperation({
  name: 'user_update',
  title: 'Update the user',
  description: 'Changes what people are called, and their settings, which are replaced as a whole.',
  access,
  input: z.object({ display_name: line(100).optional(), settings_json: settingsJson.optional().describe('A JSON object, as text') }),
  output: userShape,
  effect: 'update',
  idempotent: true,
  tool: false,
  rest: { method: 'PATCH', path: root },
});
