import { type Refusal, refuse, refuseField } from 'gatehouse';
import type { Db } from '../tables.js';
import type { PromptConfig } from './prompt-config.js';
import { type TemplateContext, render } from './render.js';

interface Asked {
  readonly ticket_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly context: TemplateContext;
}

/** The values that prompts are rendered with: those given go before those of the ticket and the project. */
export async function contextOf(db: Db, { ticket_id, project_id, context }: Asked): Promise<TemplateContext | Refusal> {
  const ticket = ticket_id === undefined ? undefined : await ticketWith(db, ticket_id);
  if (ticket_id !== undefined && ticket?.project_id !== (project_id ?? ticket?.project_id))
    return unknown('ticket_id', 'There is no such ticket in this project');
  if (ticket_id !== undefined && ticket === undefined) return unknown('ticket_id', 'There is no ticket with this id');
  const of = project_id ?? ticket?.project_id;
  const columns = ['id', 'name', 'description', 'working_dir'] as const;
  const project = of === undefined ? undefined : await db.selectFrom('projects').select(columns).where('id', '=', of).executeTakeFirst();
  if (of !== undefined && project === undefined) return unknown('project_id', 'There is no project with this id');
  return withAlias({
    ...context,
    ...(ticket === undefined ? {} : { ticket: { ...ticket, ...groupIn(context, 'ticket') } }),
    ...(project === undefined ? {} : { project: { ...project, ...groupIn(context, 'project') } }),
  });
}

/** Characters of all values together: a long one may be asked for many times. */
const ROOM = 1_000_000;

/** The whole config with its variables filled in, and those that had no value. */
export function renderedPrompt(config: PromptConfig, context: TemplateContext) {
  const unresolved = new Set<string>();
  let room = ROOM;
  const filled = (text: string) => {
    const rendered = render(text, context, room);
    room = rendered.room;
    for (const name of rendered.unresolved) unresolved.add(name);
    return rendered.text;
  };
  const optional = (text: string | null) => (text === null ? null : filled(text));
  const each = <Templates extends Readonly<Record<string, string | null>>>(templates: Templates) =>
    Object.fromEntries(Object.entries(templates).map(([name, text]) => [name, optional(text)])) as { [Name in keyof Templates]: string | null };
  const prompt = {
    system_prompt: filled(config.system_prompt),
    developer_prompt: optional(config.developer_prompt),
    templates: each(config.templates),
    output_templates: each(config.output_templates),
    memory_profile: config.memory_profile,
  };
  if (room < 0) return refuseField('context', `The values would fill the prompts with more than ${ROOM} characters`);
  return { ...prompt, unresolved_variables: [...unresolved].sort() };
}

async function ticketWith(db: Db, id: string) {
  const columns = ['id', 'project_id', 'title', 'description', 'acceptance_criteria', 'source', 'status', 'priority', 'type', 'slug', 'complexity'] as const;
  const ticket = await db.selectFrom('tickets').select(columns).where('id', '=', id).executeTakeFirst();
  const tags = await db.selectFrom('ticket_tags').select('tag').where('ticket_id', '=', id).orderBy('position').execute();
  return ticket && { ...ticket, tags: tags.map(({ tag }) => tag) };
}

/** `message` is the older name of `chat.message`: either stands for both. */
function withAlias(context: TemplateContext): TemplateContext {
  const chat = groupIn(context, 'chat');
  const { message: own } = chat;
  const { message = own } = context;
  return message === undefined ? context : { ...context, message, chat: { message, ...chat } };
}

function groupIn(context: TemplateContext, group: string): TemplateContext {
  const value = context[group];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TemplateContext) : {};
}

function unknown(path: string, message: string): Refusal {
  return refuse('not_found', `${message}.`, { fields: [{ path, message }] });
}
