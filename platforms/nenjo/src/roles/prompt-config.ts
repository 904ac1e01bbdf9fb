import { z } from 'zod';

const templateNames = ['ticket_task', 'chat_task', 'gate_eval', 'cron_task'] as const;
const outputNames = ['agent_done', 'gate_pass', 'gate_fail'] as const;
const focuses = ['core_focus', 'project_focus', 'priority_categories'] as const;

const optional = () => z.string().max(20_000).nullable().default(null);
const lines = () => z.array(z.string().trim().min(1, 'Must not be blank').max(500)).max(50).default([]);

/** An object with the same schema for each of these names. */
function each<const Names extends readonly string[], Schema extends z.ZodType>(names: Names, schema: () => Schema) {
  return z.strictObject(Object.fromEntries(names.map((name) => [name, schema()])) as Record<Names[number], Schema>);
}

const systemPrompt = z
  .string()
  .max(50_000)
  .regex(/\S/, 'Must not be blank')
  .describe('Who the agent is and how it works; {{ ticket.title }} and the like are filled in');
const templates = each(templateNames, optional);
const outputTemplates = each(outputNames, optional);
const memoryProfile = each(focuses, lines);

/** What a role tells its agent. Only `system_prompt` must be given; what is absent is null, or an empty list. */
export const promptConfig = z.strictObject({
  system_prompt: systemPrompt,
  developer_prompt: optional(),
  templates: templates.prefault({}),
  output_templates: outputTemplates.prefault({}),
  memory_profile: memoryProfile.prefault({}),
});

export type PromptConfig = z.output<typeof promptConfig>;

const shownText = () => z.string().nullable();

/** A config as it is shown: what held when it was written is not judged again, and a preview has filled in what it was given. */
export const shownPrompt = z.strictObject({
  system_prompt: z.string(),
  developer_prompt: shownText(),
  templates: each(templateNames, shownText),
  output_templates: each(outputNames, shownText),
  memory_profile: each(focuses, () => z.array(z.string())),
});

const clearable = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().optional();
const text = () => clearable(z.string().max(20_000));

/** As a merge patch (RFC 7396): what is absent stays, null clears. Lists are replaced as a whole. */
export const promptChanges = {
  system_prompt: systemPrompt.optional(),
  developer_prompt: text(),
  templates: clearable(each(templateNames, text)),
  output_templates: clearable(each(outputNames, text)),
  memory_profile: clearable(each(focuses, () => clearable(lines().unwrap()))),
};

export type PromptChanges = z.output<z.ZodObject<typeof promptChanges>>;

export function patchedPrompt(config: PromptConfig, changes: PromptChanges): PromptConfig {
  return promptConfig.parse({
    system_prompt: changes.system_prompt ?? config.system_prompt,
    developer_prompt: changes.developer_prompt === undefined ? config.developer_prompt : changes.developer_prompt,
    templates: merged(config.templates, changes.templates),
    output_templates: merged(config.output_templates, changes.output_templates),
    memory_profile: merged(config.memory_profile, changes.memory_profile),
  });
}

/** Without the members that are cleared: the schema's defaults fill them in. */
function merged(before: object, changes: object | null | undefined): object {
  if (changes === null) return {};
  const entries = Object.entries({ ...before, ...Object.fromEntries(given(changes ?? {})) });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

const given = (changes: object) => Object.entries(changes).filter(([, value]) => value !== undefined);
