import { z } from 'zod';
import { line } from '../fields.js';
import { bindKept } from './bindings.js';
import { manifest, named, namedShown, shownObject, text } from './fields.js';
import { PLACEHOLDER_HINT, addressGivesAway, noSecretValues } from './secrets.js';
import { skills } from './tables.js';

const endpoint = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url_template: text(2000)
    .regex(/^https?:\/\/[^\s]+$/, 'Must be an http or https address, perhaps with {placeholders}')
    .refine((address) => !addressGivesAway(address), PLACEHOLDER_HINT),
  headers: z.record(line(200), text(4000)).superRefine(noSecretValues).default({}),
});

const tool = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,128}$/, 'Must be letters, digits, _, - and ., at most 128'),
  description: text(4000),
  inputSchema: z.record(z.string(), z.unknown()),
  endpoint: endpoint.nullable().default(null),
  rate_limit: z
    .strictObject({ requests_per_minute: z.int().min(1).max(100_000) })
    .nullable()
    .default(null),
});

const instructions = z.strictObject({
  system: text(50_000).nullable().default(null),
  guidelines: z.array(text(4000)).max(100).default([]),
  examples: z
    .array(z.strictObject({ input: text(10_000), output: text(10_000) }))
    .max(50)
    .default([]),
});

const doc = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'Must be an http or https address' }).max(2000),
  fetch_strategy: z.literal('cache').default('cache'),
  ttl_hours: z.int().min(1).max(8760).default(168),
});

const skillManifest = z.strictObject({
  schema_version: z.literal(1),
  instructions: instructions.prefault({}),
  tools: z.array(tool).max(50).default([]),
  docs: z.array(doc).max(50).default([]),
});

export const keptSkills = bindKept({
  table: skills,
  path: '/skills',
  one: 'a skill',
  many: 'skills',
  about: 'A skill gives the roles that have it instructions, tools and documentation.',
  fields: { ...named, manifest: manifest(skillManifest).describe('Instructions, tools and documentation; schema_version is 1') },
  defaults: { description: null },
  shown: { ...namedShown, manifest: shownObject },
});
