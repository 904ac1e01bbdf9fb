import { type VersionNegotiationMode, UnauthorizedError } from '@modelcontextprotocol/client';
import { Refusal } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Program } from '../../../conformance/lib/official.js';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';

interface Idea {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly source: string;
  readonly tags: readonly string[];
}

const eras: [string, VersionNegotiationMode][] = [
  ['with sessions', 'legacy'],
  ['stateless', { pin: '2026-07-28' }],
];

/** Step by step: each begins where the one before has ended. */
describe.each(eras)('a conversation by the official client, let in by its person, %s', (era, mode) => {
  const email = `${era.split(' ')[0]}@example.com`;
  let app: NeuralRepo;
  let program: Program;
  let person: Client;
  let planner: Idea;
  let copy: Idea;

  beforeAll(async () => {
    app = await openNeuralRepo();
    await app.setPlan(email, 'pro');
    person = await app.signedIn(email);
    const cookie = async () => {
      const user = await app.gatehouse.users.findOrCreate(email);
      if (user instanceof Refusal) throw user;
      const { token } = await app.gatehouse.sessions.mint({ tenant: user.homeTenant, user: user.id, createdBy: 'test' });
      return `${app.gatehouse.sessionCookie.name}=${token}`;
    };
    program = new Program({ url: `${app.url}/mcp`, cookie, mode });
  });
  afterAll(async () => {
    await program?.close();
    await app?.close();
  });

  const call = async <T>(name: string, args: object = {}): Promise<T> => JSON.parse(await program.call(name, { ...args })) as T;

  it('is let in with both scopes, which the consent page shows, and told to its person', async () => {
    await program.connect();
    expect(program.memory.asked[0]?.searchParams.get('code_challenge_method')).toBe('S256');
    expect(program.memory.tokens()?.scope?.split(' ').sort()).toEqual(['ideas:read', 'ideas:write']);
    const { tokens } = (await person.get<{ tokens: object[] }>('/api/v1/user/mcp-tokens')).json;
    expect(tokens).toEqual([
      {
        ...{ id: expect.any(String), client_id: program.memory.clientInformation()?.client_id, label: 'By the official client' },
        ...{ scopes: 'ideas:read ideas:write', created_at: expect.any(String), last_used_at: expect.any(String) },
      },
    ]);
  });

  it('saves ideas, whose source is claude-mcp, and finds them', async () => {
    planner = await call<Idea>('save_idea', {
      title: 'A planner for balcony gardens',
      body: 'What to plant when, by the size of the balcony and the hours of sun.',
      tags: ['garden'],
    });
    const seeds = await call<Idea>('save_idea', { title: 'Seed swap in the stairwell', tags: ['garden', 'neighbours'] });
    expect([planner, seeds].map(({ number, source }) => [number, source])).toEqual([
      [1, 'claude-mcp'],
      [2, 'claude-mcp'],
    ]);
    await app.settle();
    const { results } = await call<{ results: Idea[] }>('search_ideas', { q: 'balcony gardens' });
    expect(results[0]?.id).toBe(planner.id);
    await call('link_ideas', { source_idea_id: seeds.id, target_idea_id: planner.id, relation_type: 'inspires', note: 'What would grow here?' });
  });

  it('saves the same once more, learns of the duplicate, and merges the two', async () => {
    copy = await call<Idea>('save_idea', {
      title: 'A planner for balcony gardens!',
      body: 'What to plant when, by the size of the balcony and its hours of sun.',
      tags: ['app'],
    });
    await app.settle();
    const { duplicates } = (await person.get<{ duplicates: { idea_id: number; duplicate_of_id: number; status: string }[] }>('/api/v1/ideas/duplicates')).json;
    expect(duplicates).toMatchObject([{ idea_id: copy.id, duplicate_of_id: planner.id, status: 'pending' }]);
    // The program sees it too, without being told.
    const { relations } = await call<{ relations: object[] }>('get_idea', { id: copy.id });
    expect(relations).toMatchObject([{ relation_type: 'duplicate', target_idea_id: planner.id }]);
    const merged = await call<Idea>('merge_ideas', { id: planner.id, absorb_id: copy.id });
    expect(merged).toMatchObject({ id: planner.id, tags: ['garden', 'app'] });
    expect(merged.body).toContain('\n---\n');
  });

  it('is seen as a whole on the map, over REST', async () => {
    const { nodes, edges } = (
      await person.get<{ nodes: { id: number; title: string }[]; edges: { source: number; target: number; relation_type: string; note: string | null }[] }>(
        '/api/v1/map',
      )
    ).json;
    expect(nodes.map(({ title }) => title).sort()).toEqual(['A planner for balcony gardens', 'Seed swap in the stairwell']);
    expect(edges).toContainEqual(expect.objectContaining({ target: planner.id, relation_type: 'inspires', note: 'What would grow here?' }));
    expect((await app.as(program.memory.tokens()?.access_token).get('/api/v1/map')).json).toEqual({ nodes, edges });
  });

  it('has its token taken on REST too, within its scopes, and never for keys or settings', async () => {
    const token = app.as(program.memory.tokens()?.access_token);
    expect((await token.get('/api/v1/ideas')).status).toBe(200);
    for (const path of ['/api/v1/user/me', '/api/v1/user/api-keys', '/api/v1/user/mcp-tokens', '/api/v1/user/byok'])
      expect((await token.get(path)).status).toBe(403);
  });

  it('ends at once where its person revokes it: 401, and it has to ask again', async () => {
    const access = program.memory.tokens()?.access_token;
    const [granted] = (await person.get<{ tokens: { id: string }[] }>('/api/v1/user/mcp-tokens')).json.tokens;
    expect((await person.delete(`/api/v1/user/mcp-tokens/${granted?.id}`)).status).toBe(204);
    expect((await app.as(access).get('/api/v1/ideas')).status).toBe(401);
    expect((await app.as(access).rpc('tools/list')).status).toBe(401);
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await expect(program.call('list_ideas')).rejects.toThrow(UnauthorizedError);
    said.mockRestore();
    expect((await person.get<{ tokens: object[] }>('/api/v1/user/mcp-tokens')).json.tokens).toEqual([]);
  });
});
