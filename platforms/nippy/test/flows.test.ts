import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Created, type Failed, type Nippy, type Proposal, must, openNippy, withoutRequestId } from './support/app.js';

const root = '/api/v1/flows';
const UNKNOWN = '0123456789abcdef01234567';
const LINK = 'https://shop.example/thanks';

interface Flow {
  readonly slug: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly publicUrl: string;
  readonly redirect: object;
}

let app: Nippy;
let acme: Client;
let other: Client;

const create = (parameters: object, client = acme) => client.post<Created & Flow & Failed>(root, { name: 'Summer', redirect_url: LINK, ...parameters });
const list = async (client = acme) => must(await client.get<Flow[]>(root));
const fieldsOf = async (parameters: object) => {
  const { status, json } = await create(parameters);
  return [status, ...Object.keys(json.fields)];
};

beforeAll(async () => {
  app = await openNippy();
  acme = await app.business('acme');
  other = await app.business('other');
});
afterAll(() => app?.close());

describe('a flow', () => {
  it('is previewed as it will be, and is not there before it is created', async () => {
    const proposed = must(await acme.post<Proposal>(`${root}/propose`, { name: '¡Promoción de Verano!', redirect_url: LINK, utm_source: 'tv' }));
    expect(proposed.preview).toEqual({
      ...{ slug: 'promocion-de-verano', name: '¡Promoción de Verano!', description: '', language: 'en', isActive: true },
      registrationFields: [
        { name: 'name', label: 'Name', type: 'text', required: true },
        { name: 'email', label: 'Email', type: 'email', required: true },
      ],
      redirect: { type: 'link', roulette_id: null, course_id: null, url: LINK, leadsTo: null },
      utm: { source: 'tv', campaign: null },
      finishInConsole: ['document upload', 'Palenca set-up', 'extra redirects'],
    });
    expect(await list()).toEqual([]);
  });

  it('made by MCP is a scaffold with a public address; the list has the documented fields, and no id', async () => {
    const called = await acme.tool('flows_create_flow', { name: 'First', slug: 'first', redirect_url: LINK });
    const made = called.structuredContent as Flow;
    expect(made).toEqual({
      ...{ _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'First', status: 'created', slug: 'first', isActive: true },
      publicUrl: expect.stringMatching(new RegExp(`^${app.url}/f/[0-9a-f]{16}/first$`)),
      finishInConsole: expect.arrayContaining(['Palenca set-up']),
    });
    const { content } = await acme.tool('flows_list_flows', { limit: 20 });
    expect(JSON.parse(content[0]?.text ?? '')).toEqual([
      {
        ...{ slug: 'first', name: 'First', isActive: true, completedCount: 0, uniqueVisitCount: 0, totalVisitCount: 0, conversionRate: 0 },
        publicUrl: made.publicUrl,
      },
    ]);
  });

  it('is shown whole by its slug: its form, where it leads to, UTM values and figures', async () => {
    const fields = [{ name: 'full_name' }, { name: 'phone', label: 'WhatsApp', type: 'phone', required: false }];
    must(await create({ slug: 'whole', description: 'Win!', registration_fields: fields, utm_source: 'tv', utm_campaign: 'july' }));
    expect(must(await acme.get(`${root}/whole`))).toEqual({
      ...{ slug: 'whole', name: 'Summer', isActive: true, completedCount: 0, uniqueVisitCount: 0, totalVisitCount: 0, conversionRate: 0 },
      ...{ publicUrl: expect.stringMatching(/\/f\/[0-9a-f]{16}\/whole$/), description: 'Win!', language: 'en', createdAt: '2026-01-31T09:30:00Z' },
      registrationFields: [
        { name: 'full_name', label: 'Full name', type: 'text', required: true },
        { name: 'phone', label: 'WhatsApp', type: 'phone', required: false },
      ],
      redirect: { type: 'link', roulette_id: null, course_id: null, url: LINK },
      utm: { source: 'tv', campaign: 'july' },
    });
  });

  it('takes the first slug that is free for its name; one that was asked for and is taken is 409', async () => {
    expect(must(await create({ name: 'Ünïque' })).slug).toBe('unique');
    expect(must(await create({ name: 'unique' })).slug).toBe('unique-2');
    expect(must(await create({ name: '日本' })).slug).toBe('flow');
    expect((await create({ slug: 'unique' })).status).toBe(409);
    expect(must(await create({ slug: 'unique' }, other)).slug).toBe('unique');
  });

  it.each<[string, object, string]>([
    ['no redirect', { redirect_url: null }, 'redirect_url'],
    ['an http redirect', { redirect_url: 'http://shop.example' }, 'redirect_url'],
    ['a script as its redirect', { redirect_url: 'javascript:alert(1)' }, 'redirect_url'],
    ...['https://a:b@shop.example', 'https://a@shop.example', 'https://@shop.example', '//shop.example', 'https:shop.example', 'https:\\\\shop.example'].map(
      (redirect_url): [string, object, string] => [`the redirect ${redirect_url}`, { redirect_url }, 'redirect_url'],
    ),
    ['a redirect over two lines', { redirect_url: 'https://shop.example/\nSet-Cookie: a=b' }, 'redirect_url'],
    ['a redirect that reads from the right', { redirect_url: 'https://shop.example/\u202e' }, 'redirect_url'],
    ['a name of two lines', { name: 'Summer\nSale' }, 'name'],
    ['a name with a control character', { name: 'Sum\u001b[31mmer' }, 'name'],
    ['a name that is too long', { name: 'x'.repeat(121) }, 'name'],
    ['a link and an id', { redirect_id: UNKNOWN }, 'redirect_id'],
    ['a roulette without its id', { redirect_type: 'roulette' }, 'redirect_id'],
    ['a slug of the API', { slug: 'stats' }, 'slug'],
    ['a slug in capitals', { slug: 'Summer' }, 'slug'],
    ['no field', { registration_fields: [] }, 'registration_fields'],
    ['a field twice', { registration_fields: [{ name: 'a' }, { name: 'a' }] }, 'registration_fields.1.name'],
    ['a field of an unknown type', { registration_fields: [{ name: 'a', type: 'file' }] }, 'registration_fields.0.type'],
    ['a field with an underscore in front', { registration_fields: [{ name: '_form' }] }, 'registration_fields.0.name'],
  ])('with %s is refused', async (_what, parameters, field) => {
    expect(await fieldsOf(parameters)).toEqual([400, field]);
  });

  it('leads to a roulette or a course of its own business; another’s and none are alike', async () => {
    const gifts = [{ name: 'Again', probability: 100, typeOfGift: 'lost' }];
    const roulette = must(await acme.post<Created>('/api/v1/roulettes', { name: 'Wheel', gifts }))._id;
    const course = must(await acme.post<Created>('/api/v1/learning/courses', { name: 'Basics', lessons: [{ title: 'One' }] }))._id;
    const to = (redirect_type: string, redirect_id: string, client = acme) => create({ redirect_type, redirect_id, redirect_url: null }, client);
    must(await to('roulette', roulette));
    const { slug } = must(await to('course', course));
    expect(must(await acme.get<Flow>(`${root}/${slug}`)).redirect).toEqual({ type: 'course', roulette_id: null, course_id: course, url: null });
    for (const [type, id] of [
      ['roulette', roulette],
      ['course', course],
    ] as const) {
      const foreign = await to(type, id, other);
      expect(foreign.status).toBe(404);
      expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await to(type, UNKNOWN, other)));
    }
    expect((await to('course', roulette)).status).toBe(404);
  });

  it('without a slug, and with an empty one, is 400; an unknown slug and another’s are alike', async () => {
    for (const input of [{}, { slug: '' }]) {
      const { json, status } = await acme.rpc('tools/call', { name: 'flows_get_flow_by_slug', arguments: input });
      expect([status, JSON.stringify(json)]).toEqual([200, expect.stringContaining('slug: Required, a string')]);
    }
    expect((await acme.get<Failed>(`${root}/%20`)).json.fields).toHaveProperty('slug');
    must(await create({ slug: 'ours' }));
    const foreign = await other.get(`${root}/ours`);
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await other.get(`${root}/theirs`)));
  });

  it('the schema of the tool says that the slug is required, and its default', async () => {
    const { json } = await acme.rpc('tools/list');
    const tools = json.result?.tools as readonly { name: string; inputSchema: object }[] | undefined;
    expect(tools?.find(({ name }) => name === 'flows_get_flow_by_slug')?.inputSchema).toMatchObject({
      required: ['slug'],
      properties: { slug: { type: 'string', default: '' } },
    });
  });

  it('is closed and opened again by proposal and confirmation', async () => {
    must(await create({ slug: 'switched' }));
    const asked = { slug: 'switched', is_active: false };
    const proposed = must(await acme.post<Proposal>(`${root}/status/propose`, asked));
    expect(proposed.preview).toMatchObject({ slug: 'switched', isActive: true, isActiveAfter: false });
    expect(must(await acme.get<Flow>(`${root}/switched`)).isActive).toBe(true);
    must(await acme.post(`${root}/status`, { ...asked, proposal_id: proposed.proposal_id }));
    expect(must(await acme.get<Flow>(`${root}/switched`)).isActive).toBe(false);
    const foreign = await other.post(`${root}/status`, asked);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await other.post(`${root}/status`, { slug: 'nowhere', is_active: false })));
  });
});

it('statistics are totals of one’s own flows', async () => {
  const fresh = await app.business('fresh');
  const none = { totalFlows: 0, activeFlows: 0, inactiveFlows: 0, totalCompletions: 0, totalVisits: 0, uniqueVisits: 0, conversionRate: 0 };
  expect(must(await fresh.get(`${root}/stats`))).toEqual(none);
  must(await create({ slug: 'a' }, fresh));
  must(await create({ slug: 'b', is_active: false }, fresh));
  expect(must(await fresh.get(`${root}/stats`))).toEqual({ ...none, totalFlows: 2, activeFlows: 1, inactiveFlows: 1 });
});
