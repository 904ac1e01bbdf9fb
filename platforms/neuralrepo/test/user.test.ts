import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';

const path = '/api/v1/user/me';

describe('the user', () => {
  let app: NeuralRepo;
  let ann: Client;

  beforeAll(async () => {
    app = await openNeuralRepo();
    ann = await app.signedIn('ann@example.com');
  });
  afterAll(() => app?.close());

  it('shows exactly the documented fields, with settings as text', async () => {
    const { status, json } = await ann.get(path);
    expect(status).toBe(200);
    expect(json).toEqual({
      ...{ id: expect.any(String), email: 'ann@example.com', display_name: null, avatar_url: null, plan: 'free', settings_json: '{}' },
      ...{ has_anthropic_key: false, has_openai_key: false, has_openrouter_key: false },
      ...{ created_at: '2026-01-31T09:30:00Z', updated_at: '2026-01-31T09:30:00Z' },
    });
    await app.setPlan('ann@example.com', 'pro');
    expect((await ann.get<{ plan: string }>(path)).json.plan).toBe('pro');
  });

  it('changes what is sent, and keeps settings to the letter, those that it does not know as well', async () => {
    app.now += 5000;
    const settings_json = '{ "dedup_threshold": 0.8,\n "theme": "dark", "code_mode": true, "preferred_ai_provider": "openai" }';
    const { status, json } = await ann.patch(path, { display_name: ' Ann ', settings_json });
    expect(status).toBe(200);
    expect(json).toMatchObject({ display_name: 'Ann', settings_json, created_at: '2026-01-31T09:30:00Z', updated_at: '2026-01-31T09:30:05Z' });
    expect((await ann.patch(path, { display_name: 'Anna' })).json).toMatchObject({ display_name: 'Anna', settings_json });
    expect((await ann.get(path)).json).toMatchObject({ display_name: 'Anna', settings_json });
    expect((await ann.patch(path, {})).json).toMatchObject({ display_name: 'Anna', settings_json });
  });

  it.each([
    ['an empty display name', { display_name: '' }, 'display_name'],
    ['a display name of 101 characters', { display_name: 'x'.repeat(101) }, 'display_name'],
    ['settings that are an object, not its text', { settings_json: {} }, 'settings_json'],
    ['settings that are no JSON', { settings_json: '{' }, 'settings_json'],
    ['settings that are no object', { settings_json: '[]' }, 'settings_json'],
    ['settings of 10,001 characters', { settings_json: JSON.stringify({ x: 'y'.repeat(9_993) }) }, 'settings_json'],
    ['a threshold below 0.1', { settings_json: '{"search_threshold":0.05}' }, 'settings_json'],
    ['a threshold above 0.9', { settings_json: '{"related_threshold":0.95}' }, 'settings_json'],
    ['a provider that is none', { settings_json: '{"preferred_ai_provider":"acme"}' }, 'settings_json'],
    ['a code mode that is no boolean', { settings_json: '{"code_mode":"yes"}' }, 'settings_json'],
    ['a plan', { plan: 'pro' }, 'plan'],
    ['an e-mail', { email: 'x@example.com' }, 'email'],
  ])('answers 400 to %s', async (_what, body, field) => {
    const { status, json } = await ann.patch<{ error: object }>(path, body);
    expect([status, Object.keys(json.error)]).toEqual([400, [field]]);
  });

  it('takes settings of 10,000 characters', async () => {
    const settings_json = JSON.stringify({ x: 'y'.repeat(9_992) });
    expect(settings_json).toHaveLength(10_000);
    expect((await ann.patch(path, { settings_json })).status).toBe(200);
  });

  it('is seen and changed by the person, by cookie and bearer, and by a key with both scopes; a key that reads gets 403', async () => {
    const cookie = await app.signedIn('ann@example.com', 'cookie');
    const both = await app.person('ann@example.com');
    for (const client of [ann, cookie, both]) expect((await client.patch(path, { display_name: 'Ann' })).status).toBe(200);
    const reads = await app.person('ann@example.com', ['ideas:read']);
    for (const answer of [await reads.get(path), await reads.patch(path, { display_name: 'x' })])
      expect(answer).toMatchObject({ status: 403, json: { code: 'insufficient_scope' } });
  });

  it('is each their own', async () => {
    const bob = await app.signedIn('bob@example.com');
    expect((await bob.get(path)).json).toMatchObject({ email: 'bob@example.com', display_name: null, settings_json: '{}' });
  });
});
