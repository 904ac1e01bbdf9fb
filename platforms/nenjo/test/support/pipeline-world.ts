import { type Nenjo, openNenjo } from './app.js';
import type { Client } from './client.js';
import { type Helpers, helpersOf } from './pipelines.js';

export const path = '/api/v1/pipelines';
export const stepPath = '/api/v1/pipeline-steps';
export const edgePath = '/api/v1/pipeline-edges';

export interface Pipeline {
  readonly id: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly is_default: boolean;
  readonly steps: readonly Step[];
  readonly edges: readonly Edge[];
}
export interface Step {
  readonly id: string;
  readonly name: string;
  readonly config: object;
}
export interface Edge {
  readonly id: string;
  readonly source_step_id: string;
  readonly target_step_id: string;
}

export let app: Nenjo;
export let ada: Client;
export let have: Helpers;

export const draft = async (name: string, more: object = {}) => (await ada.post<Pipeline>(path, { name, ...more })).json;
export const shown = async (id: string) => (await ada.get<Pipeline>(`${path}/${id}`)).json;
export const agentStep = () => ({ step_type: 'agent', agent_id: have.agent });
export const end = { step_type: 'terminal' };

/** One world for a file of tests about pipelines: call it once, before them. */
export async function openPipelines(): Promise<void> {
  app = await openNenjo();
  ada = app.as(await app.keyOf('ada@example.com'));
  have = await helpersOf(app, 'ada@example.com');
}
