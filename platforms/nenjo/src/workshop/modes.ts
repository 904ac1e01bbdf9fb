import { z } from 'zod';
import { line, scopeName } from '../fields.js';
import { bindKept } from './bindings.js';
import { manifest, named, namedShown, shownObject, text } from './fields.js';
import { modes } from './tables.js';

const toolNames = () => z.array(line(200)).max(200).default([]);

const prompt = z.strictObject({
  system_addon: text(50_000).nullable().default(null),
  entry_message: text(10_000).nullable().default(null),
  exit_message: text(10_000).nullable().default(null),
  guidelines: z.array(text(4000)).max(100).default([]),
});

const tools = z.strictObject({
  allow: toolNames(),
  deny: toolNames(),
  additional_scopes: z.array(scopeName()).max(100).default([]),
  activate_mcp: toolNames(),
});

const artifact = z.strictObject({
  type: line(100),
  format: line(100),
  filename_template: line(255).regex(/^[^/\\]*$/, 'Must be a file name: without slashes'),
  output_template: text(50_000).nullable().default(null),
});

const session = z.strictObject({
  max_turns: z.int().min(1).max(10_000).default(50),
  auto_save_interval: z.int().min(1).max(10_000).default(5),
  exit_commands: z.array(line(100)).max(20).default(['/exit', '/done', '/finish']),
});

const modeManifest = z.strictObject({
  schema_version: z.literal(1),
  mode_type: z.enum(['authoring', 'investigation', 'review', 'custom']),
  prompt: prompt.prefault({}),
  tools: tools.prefault({}),
  artifact: artifact.nullable().default(null),
  session: session.prefault({}),
});

export const keptModes = bindKept({
  table: modes,
  path: '/modes',
  one: 'a mode',
  many: 'modes',
  about: 'A mode changes, for one session, how an agent is prompted and what it may use.',
  fields: { ...named, manifest: manifest(modeManifest).describe('Prompt, tools, artifact and session; schema_version is 1') },
  defaults: { description: null },
  shown: { ...namedShown, manifest: shownObject },
});
