import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';
import type { Client } from './support/client.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const path = '/api/v1/pipelines';

interface Pipeline {
  readonly id: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly is_default: boolean;
}

let app: Nenjo;
let ada: Client;

const draft = async (name: string, more: object = {}) => (await ada.post<Pipeline>(path, { name, ...more })).json;

beforeAll(async () => {
  app = await openNenjo();
  ada = app.as(await app.keyOf('ada@example.com'));
});
afterAll(() => app?.close());

describe('pipelines', () => {
  it('are created with 201 and every field, defaults included: triggered by tickets, 3 retries, a draft', async () => {
    const { status, json } = await ada.post(path, { name: ' Ship it ' });
    const owner = await app.gatehouse.users.findOrCreate('ada@example.com');
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Ship it',
      description: null,
      trigger: 'ticket.ready',
      is_active: false,
      is_default: false,
      max_retries: 3,
      metadata: {},
      created_by: 'id' in owner ? owner.id : '',
      created_at: '2026-01-31T09:30:00Z',
      updated_at: '2026-01-31T09:30:00Z',
    });
    expect((await ada.get(`${path}/${json.id}`)).json).toEqual({ ...json, steps: [], edges: [] });
  });

  it('keep what they were given, and change only in what a patch names', async () => {
    const given = { description: 'd', trigger: 'cron', max_retries: 0, metadata: { schedule: '0 9 * * *', entry_step_ids: ['a'] } };
    const made = await draft('Nightly', given);
    expect((await ada.get(`${path}/${made.id}`)).json).toMatchObject(given);
    app.now += 60_000;
    const { status, json } = await ada.patch(`${path}/${made.id}`, { name: 'Weekly', description: null, metadata: { schedule: 'x' } });
    expect(status).toBe(200);
    expect(json).toEqual({ ...made, name: 'Weekly', description: null, metadata: { schedule: 'x' }, updated_at: '2026-01-31T09:31:00Z' });
    expect((await ada.patch(`${path}/${made.id}`, {})).json).toEqual(json);
    app.now -= 60_000;
  });

  it('one for each owner is the default: making another one so ends it', async () => {
    const first = await draft('first', { is_default: true });
    expect(first.is_default).toBe(true);
    const second = await draft('second', { is_default: true });
    const defaults = async () => (await ada.get<Pipeline[]>(`${path}?limit=100`)).json.filter(({ is_default }) => is_default).map(({ id }) => id);
    expect(await defaults()).toEqual([second.id]);
    expect((await ada.patch<Pipeline>(`${path}/${first.id}`, { is_default: true })).json.is_default).toBe(true);
    expect(await defaults()).toEqual([first.id]);
    await ada.patch(`${path}/${first.id}`, { is_default: false });
    expect(await defaults()).toEqual([]);
  });

  it.each([1, 2, 3])('one remains the default when several become it at once (%i)', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, (_, i) => draft(`rival ${i}`, { is_default: true })));
    await Promise.all(made.map(({ id }) => ada.patch(`${path}/${id}`, { is_default: true })));
    const shown = await Promise.all(made.map(async ({ id }) => (await ada.get<Pipeline>(`${path}/${id}`)).json.is_default));
    expect(shown.filter(Boolean)).toHaveLength(1);
  });
});
