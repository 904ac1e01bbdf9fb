import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NeuralRepo, openNeuralRepo } from './support/app.js';
import { saved } from './support/ideas.js';

interface Map {
  readonly nodes: readonly { readonly id: number; readonly title: string; readonly status: string; readonly tags: readonly string[] }[];
  readonly edges: readonly object[];
}

let app: NeuralRepo;
beforeAll(async () => {
  app = await openNeuralRepo();
});
afterAll(() => app?.close());

describe('the map', () => {
  it('has every idea with its tags and every relation between them, and nothing that is archived', async () => {
    const ada = await app.person('ada@example.com');
    const [a, b, c] = [
      await saved(ada, 'Solar roof', { tags: ['home', 'energy'] }),
      await saved(ada, 'Bees', { status: 'exploring' }),
      await saved(ada, 'Ledger'),
    ];
    const link = async (source: number, target: number, relation_type: string) =>
      (
        await ada.post<{ readonly relation: { readonly id: number } }>('/api/v1/map/relations', {
          source_idea_id: source,
          target_idea_id: target,
          relation_type,
          note: 'why',
        })
      ).json.relation.id;
    const edge = await link(a.id, b.id, 'inspires');
    await link(c.id, a.id, 'blocks');
    await ada.delete(`/api/v1/ideas/${c.id}`);
    const { status, json } = await ada.get<Map>('/api/v1/map');
    expect(status).toBe(200);
    expect(json).toEqual({
      nodes: [
        { id: a.id, title: 'Solar roof', status: 'captured', tags: ['home', 'energy'] },
        { id: b.id, title: 'Bees', status: 'exploring', tags: [] },
      ],
      edges: [{ id: edge, source: a.id, target: b.id, relation_type: 'inspires', note: 'why' }],
    });
  });

  it('is one’s own, empty at first, and read with ideas:read; without a credential it is 401', async () => {
    const eve = await app.person('eve@example.com', ['ideas:read']);
    expect((await eve.get('/api/v1/map')).json).toEqual({ nodes: [], edges: [] });
    expect((await app.as().get('/api/v1/map')).status).toBe(401);
  });

  it('is whole, however many ideas there are', async () => {
    const ada = await app.person('many@example.com');
    const user = await app.gatehouse.users.findOrCreate('many@example.com');
    if (!('homeTenant' in user)) throw user;
    const rows = Array.from({ length: 1201 }, (_, i) => ({
      id: String(i + 1),
      number: i + 1,
      title: `Idea ${i}`,
      status: 'captured',
      source: 'api',
      created_at: i,
      updated_at: i,
    }));
    for (let at = 0; at < rows.length; at += 400)
      await app.gatehouse.store
        .db(user.homeTenant)
        .insertInto('ideas' as never)
        .values(rows.slice(at, at + 400) as never)
        .execute();
    const { nodes } = (await ada.get<Map>('/api/v1/map')).json;
    expect(nodes.map(({ id }) => id)).toEqual(rows.map((_, i) => i + 1));
  });
});
