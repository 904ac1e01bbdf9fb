import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNenjo } from './support/app.js';
import type { Client, Json } from './support/client.js';
import { type Peopled, openPeopled } from './support/person.js';

const path = '/api/v1/webhooks';
const key = randomBytes(32);
const SECRET = `whsec_${key.toString('base64')}`;
const ORG = { v: 2, o: { id: 'org_acme', rol: 'member', slg: 'acme' } };

let world: Peopled;

beforeAll(async () => {
  world = await openPeopled({ CLERK_WEBHOOK_SECRET: SECRET });
});
afterAll(() => world?.close());

interface Signing {
  readonly id?: string;
  /** Unix seconds. */
  readonly at?: number | string;
  readonly with?: Uint8Array;
  readonly headers?: Record<string, string>;
}

const signatureOf = (id: string, at: number | string, body: string, secret: Uint8Array = key) =>
  `v1,${createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')}`;

function send(event: object | string, { id = 'msg_1', at = Math.floor(world.app.now / 1000), with: secret = key, headers = {} }: Signing = {}) {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const signed = { 'svix-id': id, 'svix-timestamp': String(at), 'svix-signature': signatureOf(id, at, body, secret) };
  return world.app.as().post(path, body, { ...signed, ...headers });
}

const deleted = (subject: string) => ({
  type: 'user.deleted',
  object: 'event',
  timestamp: world.app.now,
  data: { id: subject, deleted: true, object: 'user' },
});
const left = (subject: string, organization = 'org_acme') => ({
  type: 'organizationMembership.deleted',
  timestamp: world.app.now,
  data: { id: 'orgmem_1', organization: { id: organization }, public_user_data: { user_id: subject } },
});
const status = async (client: Client, address = '/api/v1/projects') => (await client.get(address)).status;

describe('signatures of webhooks', () => {
  const ignored = { type: 'session.created', data: { id: 'sess_1' } };

  it('that fit are let in without any credential, and events that mean nothing here are taken note of', async () => {
    expect((await send(ignored)).status).toBe(204);
    expect((await send({ type: 'constructor', data: {} })).status).toBe(204);
  });

  it('may be one of several, as while a secret is replaced', async () => {
    const body = JSON.stringify(ignored);
    const at = Math.floor(world.app.now / 1000);
    const other = signatureOf('msg_1', at, body, randomBytes(32));
    const right = signatureOf('msg_1', at, body);
    expect((await send(body, { headers: { 'svix-signature': `${other} v2,xyz ${right}` } })).status).toBe(204);
    expect((await send(body, { headers: { 'svix-signature': `${other} v2,${right.slice(3)}` } })).status).toBe(401);
  });

  it('that are forged, missing, cut or of another message are refused with 401', async () => {
    expect((await send(ignored, { with: randomBytes(32) })).status).toBe(401);
    const right = signatureOf('msg_1', Math.floor(world.app.now / 1000), JSON.stringify(ignored));
    for (const forged of ['', 'v1,', 'v1', right.slice(0, -4), right.slice(3), 'v1,!!!', 'x'.repeat(5000)]) {
      expect((await send(ignored, { headers: { 'svix-signature': forged } })).status, forged).toBe(401);
    }
    expect((await send(`${JSON.stringify(ignored)} `, { headers: { 'svix-signature': right } })).status).toBe(401);
    expect((await send(ignored, { headers: { 'svix-id': 'msg_2' } })).status).toBe(401);
    expect((await world.app.as().post(path, ignored)).status).toBe(401);
  });

  it('are good for five minutes: later, from later than now, or from no time at all they are refused', async () => {
    const now = Math.floor(world.app.now / 1000);
    for (const at of [now - 300, now + 300]) expect((await send(ignored, { at })).status, String(at - now)).toBe(204);
    for (const at of [now - 301, now + 301, 'soon', '', '1e9', '-1']) expect((await send(ignored, { at })).status, String(at)).toBe(401);
  });

  it('are checked before anything else is looked at: what is signed and no event is 400, what is neither 401', async () => {
    const senseless = ['', 'no json', '[]', 'null', '"text"', '{}', '{"type":1,"data":{}}', '{"type":"user.deleted"}', '{"type":"user.deleted","data":{}}'];
    const wrong = [
      ...['{"type":"user.deleted","data":{"id":""}}', '{"type":"user.deleted","data":{"id":{}}}', '{"type":"user.updated","data":{"id":[1]}}'],
      ...['{"type":"organizationMembership.deleted","data":{"organization":"x"}}', '{"type":"organization.deleted","data":{"id":null}}'],
    ];
    const unholdable = [
      '{"type":"user.deleted","data":{"id":"user_\\u0000"}}',
      '{"type":"user.updated","data":{"id":"user_x","first_name":"\\ud800"}}',
      '{"type":"organization.deleted","data":{"id":"org_\\u0000"}}',
    ];
    for (const body of [...senseless, ...wrong, ...unholdable]) {
      expect((await send(body)).status, body).toBe(400);
      expect((await send(body, { with: randomBytes(32) })).status, body).toBe(401);
    }
  });

  it('come by POST only', async () => {
    const answer = await world.app.as().get(path);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('a user who was deleted', () => {
  it('is out at once: sessions and keys are 401 on the next call, in every space', async () => {
    const ada = () => world.person('ada');
    const ofAcme = () => world.person('ada', ORG);
    const agent = await world.agent('ada');
    const acmeKey = (await ofAcme().post('/api/v1/api-keys', { name: 'k' })).json;
    const acmeAgent = world.app.as(String(acmeKey.raw_key));
    for (const client of [ada(), ofAcme(), agent, acmeAgent]) expect(await status(client)).toBe(200);
    expect((await send(deleted('user_ada'))).status).toBe(204);
    for (const client of [ada(), ofAcme(), agent, acmeAgent]) expect(await status(client)).toBe(401);
  });

  it('stays out, with tokens of any time, and the same news again change nothing', async () => {
    world.app.now += 3_600_000;
    for (const claims of [{}, ORG, { v: 2, o: { id: 'org_new', rol: 'admin' } }]) expect(await status(world.person('ada', claims))).toBe(401);
    expect((await send(deleted('user_ada'), { id: 'msg_again' })).status).toBe(204);
    expect(await status(world.person('ada'))).toBe(401);
  });

  it('may come back as somebody new with the same e-mail, who finds nothing of before', async () => {
    const before = world.person('bob');
    await before.post('/api/v1/projects', { name: 'of before' });
    await send(deleted('user_bob'));
    const again = world.person('bob', { sub: 'user_bob_2' });
    expect((await again.get('/api/v1/auth/me')).json).toMatchObject({ email: 'bob@example.com' });
    expect((await again.get('/api/v1/projects')).json).toEqual([]);
  });

  it('is kept out even where nobody here has seen the user yet', async () => {
    expect((await send(deleted('user_unseen'))).status).toBe(204);
    expect(await status(world.person('unseen'))).toBe(401);
  });

  it('is so from now where the news have no moment that there is', async () => {
    for (const [i, timestamp] of [1.5, 1e300, -1, '1', null].entries()) {
      expect((await send({ ...deleted(`user_odd_${i}`), timestamp })).status, String(timestamp)).toBe(204);
      expect(await status(world.person(`odd_${i}`))).toBe(401);
    }
  });

  it('takes nobody else along', async () => {
    const agent = await world.agent('carl');
    await send(deleted('user_dora'));
    expect([await status(world.person('carl')), await status(agent)]).toEqual([200, 200]);
  });

  it('does not come back by late news of a change', async () => {
    await world.agent('late');
    await send(deleted('user_late'));
    const late = { type: 'user.updated', data: { id: 'user_late', first_name: 'Late', email_addresses: [], primary_email_address_id: null } };
    expect((await send(late)).status).toBe(204);
    expect(await status(world.person('late'))).toBe(401);
  });
});

describe('a membership that was ended', () => {
  it('ends there and nowhere else, and the member’s keys there with it', async () => {
    const own = await world.agent('eve');
    const acme = () => world.person('eve', ORG);
    const key = world.app.as(String((await acme().post('/api/v1/api-keys', { name: 'k' })).json.raw_key));
    expect([await status(acme()), await status(key)]).toEqual([200, 200]);
    await send(left('user_eve'));
    expect(await status(acme())).toBe(401);
    expect(await status(key)).toBe(401);
    expect([await status(world.person('eve')), await status(own)]).toEqual([200, 200]);
  });

  it('begins again with a token that was issued later, and not with one of before', async () => {
    const before = world.person('fay', ORG);
    expect(await status(before)).toBe(200);
    await send(left('user_fay'));
    world.app.now += 2000;
    expect(await status(before)).toBe(401);
    expect(await status(world.person('fay', ORG))).toBe(200);
  });
});

describe('a token of the provider', () => {
  it('may tell its moments with fractions of a second (RFC 7519, section 2)', async () => {
    const at = world.app.now / 1000;
    expect(await status(world.person('jan', { iat: at - 1.2345678, exp: at + 59.9 }))).toBe(200);
  });

  it('that holds text which no database can is no token', async () => {
    for (const claims of [{ sub: 'user_\0' }, { name: 'Jan\0' }, { name: '\ud800' }, { o: { ...ORG.o, id: 'org_\0' }, v: 2 }])
      expect(await status(world.person('jan', claims)), JSON.stringify(claims)).toBe(401);
  });
});

describe('a user who changed', () => {
  const changed = (subject: string, emails: readonly (readonly [id: string, email: string, status: string])[], more: object = {}) => ({
    type: 'user.updated',
    data: {
      id: subject,
      primary_email_address_id: 'first',
      email_addresses: emails.map(([id, email_address, verified]) => ({ id, email_address, verification: { status: verified } })),
      ...more,
    },
  });
  const me = async (name: string) => (await world.person(name).get('/api/v1/auth/me')).json;

  it('has the name and the first, verified e-mail that the provider says', async () => {
    await me('gus');
    const emails = [['second', 'other@example.com', 'verified'] as const, ['first', 'Gus.New@example.com', 'verified'] as const];
    expect((await send(changed('user_gus', emails, { first_name: 'Gus', last_name: 'Gray' }))).status).toBe(204);
    expect(await me('gus')).toMatchObject({ email: 'gus.new@example.com', name: 'Gus Gray' });
  });

  it('has no e-mail where it is not verified, and never another user’s', async () => {
    await me('hal');
    await send(changed('user_hal', [['first', 'hal.new@example.com', 'unverified']]));
    expect(await me('hal')).toMatchObject({ email: null, name: null });
    await me('ida');
    expect((await send(changed('user_hal', [['first', 'ida@example.com', 'verified']]))).status).toBe(204);
    expect(await me('hal')).toMatchObject({ email: null });
    expect(await me('ida')).toMatchObject({ email: 'ida@example.com' });
  });

  it('whom nobody here knows is not made', async () => {
    expect((await send(changed('user_nobody', []))).status).toBe(204);
    expect((await world.app.gatehouse.users.list()).filter(({ name }) => name === 'nobody')).toEqual([]);
  });
});

describe('an organisation that was deleted', () => {
  it('is closed: its members’ tokens and all its keys are 401, and their own spaces stay open', async () => {
    const org = { v: 2, o: { id: 'org_gone', rol: 'admin' } };
    const key = world.app.as(String((await world.person('jan', org).post('/api/v1/api-keys', { name: 'k' })).json.raw_key));
    expect(await status(key)).toBe(200);
    await send({ type: 'organization.deleted', timestamp: world.app.now, data: { id: 'org_gone', deleted: true } });
    world.app.now += 60_000;
    expect([await status(world.person('jan', org)), await status(key), await status(world.person('jan'))]).toEqual([401, 401, 200]);
  });
});

describe('without a secret', () => {
  it('there are no webhooks: 404', async () => {
    const app = await openNenjo();
    try {
      const answer = await app.as().post<Json>(path, {});
      expect([answer.status, answer.json.code]).toEqual([404, 'unknown_route']);
    } finally {
      await app.close();
    }
  });

  it.each(['secret', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'!'.repeat(40)}`])(
    'that is one (%j) the server does not start, and says which setting it is',
    async (secret) => {
      await expect(openPeopled({ CLERK_WEBHOOK_SECRET: secret })).rejects.toThrow('CLERK_WEBHOOK_SECRET');
    },
  );
});
