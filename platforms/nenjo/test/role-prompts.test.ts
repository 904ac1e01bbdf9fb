import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { render } from '../src/roles/render.js';
import type { Client } from './support/client.js';
import { type Peopled, openPeopled } from './support/person.js';

const path = '/api/v1/agent-roles';
const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

interface Failed {
  readonly error: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}
interface Preview {
  readonly system_prompt: string;
  readonly developer_prompt: string | null;
  readonly templates: Readonly<Record<string, string | null>>;
  readonly output_templates: Readonly<Record<string, string | null>>;
  readonly unresolved_variables: readonly string[];
}

describe('template variables (8.3)', () => {
  const context = { ticket: { title: 'Login', tags: ['a', 'b'], complexity: 3, none: null }, step: { metadata: { deep: { x: 1 } } }, message: 'Hi' };

  it.each([
    ['{{ ticket.title }} and {{ticket.title}}', 'Login and Login', []],
    ['{{   ticket.title}}', 'Login', []],
    ['\\{{ ticket.title }} stays', '{{ ticket.title }} stays', []],
    ['\\{{message}}, {{message}}', '{{message}}, Hi', []],
    ['tags: {{ ticket.tags }}; {{ ticket.complexity }}', 'tags: a, b; 3', []],
    ['{{ step.metadata }} {{ step.metadata.deep.x }}', '{"deep":{"x":1}} 1', []],
    ['[{{ ticket.none }}] [{{ ticket.nothing }}] [{{ nobody }}] [{{ nobody }}]', '[] [] [] []', ['ticket.none', 'ticket.nothing', 'nobody']],
    ['{{ constructor }}{{ ticket.constructor }}{{ __proto__ }}', '', ['constructor', 'ticket.constructor', '__proto__']],
    ['{{ ticket. }} {{}} {{ 1 + 1 }} { ticket.title }', '{{ ticket. }} {{}} {{ 1 + 1 }} { ticket.title }', []],
  ])('%s', (template, text, unresolved) => {
    expect(render(template, context, 1000)).toMatchObject({ text, unresolved });
  });

  it('what a value says is not looked at for variables', () => {
    expect(render('{{ message }}', { message: '{{ ticket.title }}', ticket: { title: 'x' } }, 1000).text).toBe('{{ ticket.title }}');
  });

  it('values fill no more than the room that there is for them', () => {
    expect(render('{{ a }}-{{ a }}-{{ a }}', { a: '12345' }, 10)).toEqual({ text: '12345-12345-12345', unresolved: [], room: -5 });
    expect(render('{{ a }}'.repeat(1000), { a: '12345' }, 10).text.length).toBe(15);
  });
});

describe('prompt config (8.3)', () => {
  let world: Peopled;
  let ada: Client;
  let count = 0;

  beforeAll(async () => {
    world = await openPeopled();
    ada = world.person('ada');
  });
  afterAll(() => world?.close());

  const made = async (prompt_config: object) => {
    count += 1;
    return `${path}/${(await ada.post(path, { name: `role ${count}`, prompt_config })).json.id}`;
  };
  const whole = {
    system_prompt: 'You review.',
    developer_prompt: 'Be kind.',
    templates: { ticket_task: 'T', chat_task: 'C', gate_eval: 'G', cron_task: 'O' },
    output_templates: { agent_done: 'D', gate_pass: 'P', gate_fail: 'F' },
    memory_profile: { core_focus: ['a'], project_focus: ['b', 'c'], priority_categories: [] },
  };

  it('is kept with all its parts, and shown by GET …/prompt', async () => {
    expect((await ada.get(`${await made(whole)}/prompt`)).json).toEqual(whole);
  });

  it('needs a system prompt and nothing else: the rest is null or an empty list', async () => {
    expect((await ada.get(`${await made({ system_prompt: 'x' })}/prompt`)).json).toEqual({
      system_prompt: 'x',
      developer_prompt: null,
      templates: { ticket_task: null, chat_task: null, gate_eval: null, cron_task: null },
      output_templates: { agent_done: null, gate_pass: null, gate_fail: null },
      memory_profile: { core_focus: [], project_focus: [], priority_categories: [] },
    });
  });

  it.each([
    ['without a system prompt', { developer_prompt: 'x' }, 'prompt_config.system_prompt'],
    ['with a blank system prompt', { system_prompt: ' ' }, 'prompt_config.system_prompt'],
    ['with an unknown part', { system_prompt: 'x', tone: 'kind' }, 'prompt_config.tone'],
    ['with an unknown template', { system_prompt: 'x', templates: { mail: 'y' } }, 'prompt_config.templates.mail'],
    ['with an unknown output template', { system_prompt: 'x', output_templates: { done: 'y' } }, 'prompt_config.output_templates.done'],
    ['with a focus that is no list', { system_prompt: 'x', memory_profile: { core_focus: 'y' } }, 'prompt_config.memory_profile.core_focus'],
  ])('%s is 400', async (_what, prompt_config, field) => {
    const { status, json } = await ada.post<Failed>(path, { name: 'refused', prompt_config });
    expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: [field] });
  });

  it('PATCH …/prompt changes what it names, within templates too; null clears, lists are replaced', async () => {
    const at = await made(whole);
    const { status, json } = await ada.patch(`${at}/prompt`, {
      developer_prompt: null,
      templates: { chat_task: 'new', gate_eval: null },
      output_templates: null,
      memory_profile: { project_focus: ['d'], core_focus: null },
    });
    expect(status).toBe(200);
    expect(json).toEqual({
      system_prompt: 'You review.',
      developer_prompt: null,
      templates: { ticket_task: 'T', chat_task: 'new', gate_eval: null, cron_task: 'O' },
      output_templates: { agent_done: null, gate_pass: null, gate_fail: null },
      memory_profile: { core_focus: [], project_focus: ['d'], priority_categories: [] },
    });
    expect((await ada.get(`${at}/prompt`)).json).toEqual(json);
    expect((await ada.patch(`${at}/prompt`, {})).json).toEqual(json);
    expect((await ada.get(at)).json).toMatchObject({ prompt_config: json });
    for (const bad of [{ system_prompt: null }, { system_prompt: '' }, { templates: { mail: 'x' } }])
      expect((await ada.patch(`${at}/prompt`, bad)).status).toBe(400);
  });

  describe('preview', () => {
    const preview = async (at: string, body: object) => (await ada.post<Preview>(`${at}/preview`, body)).json;

    it('renders all prompts with the given context, and lists what had no value', async () => {
      const at = await made({
        system_prompt: 'On {{ project.name }}, \\{{ project.name }}',
        developer_prompt: 'For {{ ticket.slug }}',
        templates: { chat_task: '{{ chat.message }} / {{ message }}', gate_eval: '{{gate.criteria}} vs {{gate.previous_output}}' },
        output_templates: { agent_done: 'Done with {{ ticket.title }} in {{ place }}' },
      });
      const context = {
        project: { name: 'Gate' },
        ticket: { title: 'Login' },
        chat: { message: 'Hello' },
        gate: { criteria: 'works', previous_output: 'did' },
      };
      expect(await preview(at, { context })).toEqual({
        system_prompt: 'On Gate, {{ project.name }}',
        developer_prompt: 'For ',
        templates: { ticket_task: null, chat_task: 'Hello / Hello', gate_eval: 'works vs did', cron_task: null },
        output_templates: { agent_done: 'Done with Login in ', gate_pass: null, gate_fail: null },
        memory_profile: { core_focus: [], project_focus: [], priority_categories: [] },
        unresolved_variables: ['place', 'ticket.slug'],
      });
      expect((await preview(at, { context: { message: 'old' } })).templates).toMatchObject({ chat_task: 'old / old' });
      expect((await ada.post(`${at}/preview`)).status).toBe(200);
    });

    it('fills in the fields of a ticket and its project; what is given goes before', async () => {
      const project = (await ada.post('/api/v1/projects', { name: 'Gate', description: 'd', working_dir: 'app' })).json.id;
      const ticket = (
        await ada.post('/api/v1/tickets', { project_id: project, title: 'Login page', acceptance_criteria: 'works', tags: ['ui', 'auth'], complexity: 2 })
      ).json.id;
      const at = await made({
        system_prompt: '{{ project.id }} {{ project.name }} {{ project.description }} {{ project.working_dir }}',
        templates: {
          ticket_task:
            '{{ ticket.id }} {{ ticket.title }}|{{ ticket.description }}|{{ ticket.acceptance_criteria }} {{ ticket.tags }} {{ ticket.source }} {{ ticket.status }} {{ ticket.priority }} {{ ticket.type }} {{ ticket.slug }} {{ ticket.complexity }}',
        },
      });
      const rendered = await preview(at, { ticket_id: ticket });
      expect(rendered).toMatchObject({
        system_prompt: `${project} Gate d app`,
        templates: { ticket_task: `${ticket} Login page||works ui, auth user open medium task login-page 2` },
        unresolved_variables: ['ticket.description'],
      });
      expect((await preview(at, { project_id: project })).system_prompt).toBe(rendered.system_prompt);
      const given = await preview(at, { ticket_id: ticket, context: { project: { name: 'Other' } } });
      expect(given.system_prompt).toBe(`${project} Other d app`);
    });

    it('of an unknown ticket or project, or a ticket of another project, is 404', async () => {
      const at = await made({ system_prompt: 'x' });
      const [one, two] = [(await ada.post('/api/v1/projects', { name: '1' })).json.id, (await ada.post('/api/v1/projects', { name: '2' })).json.id];
      const ticket = (await ada.post('/api/v1/tickets', { project_id: one, title: 't' })).json.id;
      const told = async (body: object) => {
        const { status, json } = await ada.post<Failed>(`${at}/preview`, body);
        return [status, json.error, Object.keys(json.fields)];
      };
      expect(await told({ ticket_id: UNKNOWN })).toEqual([404, 'There is no ticket with this id.', ['ticket_id']]);
      expect(await told({ project_id: UNKNOWN })).toEqual([404, 'There is no project with this id.', ['project_id']]);
      expect(await told({ ticket_id: ticket, project_id: two })).toEqual([404, 'There is no such ticket in this project.', ['ticket_id']]);
    });

    it('that values leave blank, or fill with more than a prompt may hold, is shown as it is', async () => {
      const at = await made({ system_prompt: '{{ a }}'.repeat(600), developer_prompt: '{{ b }}' });
      expect(await preview(at, {})).toMatchObject({ system_prompt: '', developer_prompt: '', unresolved_variables: ['a', 'b'] });
      const { system_prompt, developer_prompt } = await preview(at, { context: { a: 'x'.repeat(100), b: 'y'.repeat(20_001) } });
      expect([system_prompt.length, developer_prompt?.length]).toEqual([60_000, 20_001]);
    });

    it('that values would fill with too much is 400', async () => {
      const at = await made({ system_prompt: '{{ a }}'.repeat(3000) });
      const { status, json } = await ada.post<Failed>(`${at}/preview`, { context: { a: 'x'.repeat(10_000) } });
      expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: ['context'] });
    });

    it('shows system templates as well, which fill in what tickets and projects have', async () => {
      const project = (await ada.post('/api/v1/projects', { name: 'Gate', description: 'd', working_dir: 'app' })).json.id;
      const ticket = (await ada.post('/api/v1/tickets', { project_id: project, title: 'x', description: 'd', acceptance_criteria: 'a', tags: ['t'] })).json.id;
      const templates = (await ada.get<{ id: string }[]>(`${path}?limit=5`)).json;
      for (const { id } of templates) {
        const { unresolved_variables } = await preview(`${path}/${id}`, { ticket_id: ticket });
        expect(unresolved_variables).toEqual(['chat.message', 'gate.criteria', 'gate.previous_output']);
      }
    });
  });
});
