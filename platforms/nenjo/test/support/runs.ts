import type { Command } from '../../src/executions/values.js';
import { type Nenjo, openNenjo } from './app.js';
import type { Answer, Client, Failed } from './client.js';
import { type Draft, type Helpers, activated, helpersOf } from './pipelines.js';

export const path = '/api/v1/executions';

export interface Run {
  readonly id: string;
  readonly status: string;
  readonly current_step_id: string | null;
  readonly step_results: readonly { readonly step_id: string; readonly passed: boolean }[];
  readonly error: string | null;
}

export let app: Nenjo;
export let ada: Client;
export let have: Helpers;
export let project: string;
/** Build → Review (gate) → on_pass Done, on_fail Repair → Dropped (terminal_fail). */
export let flow: Draft;

export const worker = () => ({ step_type: 'agent', agent_id: have.agent });
export const end = { step_type: 'terminal' };
export const newTicket = async (title = 'Fix the login') => (await ada.post('/api/v1/tickets', { project_id: project, title })).json;
export const ticketNow = async (id: string) => (await ada.get(`/api/v1/tickets/${id}`)).json;
export const create = async (more: object = {}, client = ada) => (await client.post<Run>(path, { pipeline_id: flow.id, project_id: project, ...more })).json;
export const command = (id: string, name: Command, more: object = {}): Promise<Answer<Run & Failed>> =>
  ada.post(`${path}/${id}/command`, { command: name, ...more });
export const runNow = async (id: string) => (await ada.get<Run>(`${path}/${id}`)).json;

/** One world for a file of tests about runs: call it once, before them. */
export async function openRuns(): Promise<void> {
  app = await openNenjo();
  ada = app.as(await app.keyOf('ada@example.com'));
  have = await helpersOf(app, 'ada@example.com');
  project = (await ada.post('/api/v1/projects', { name: 'home' })).json.id;
  flow = await activated(
    ada,
    'flow',
    { Build: worker(), Review: { step_type: 'gate', role_id: have.role }, Repair: worker(), Done: end, Dropped: { step_type: 'terminal_fail' } },
    [
      ['Build', 'Review'],
      ['Review', 'Done', 'on_pass'],
      ['Review', 'Repair', 'on_fail'],
      ['Repair', 'Dropped'],
    ],
  );
}
