import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';
import { ClerkStandIn } from './support/clerk.js';

const FIELDS = ['id', 'email', 'name', 'org_id', 'role', 'created_at'];
const ORG = { v: 2, o: { id: 'org_acme', rol: 'member', slg: 'acme' } };

describe('who is calling', () => {
  let clerk: ClerkStandIn;
  let app: Nenjo;
  let key: string;
  const token = (more: object = {}) => clerk.token(app.now, { sub: 'user_ada', email: 'ada@example.com', email_verified: true, name: 'Ada', ...more });

  beforeAll(async () => {
    clerk = await ClerkStandIn.start();
    app = await openNenjo({ CLERK_ISSUER: clerk.issuer });
    key = await app.keyOf('ada@example.com');
  });
  afterAll(async () => {
    await app?.close();
    await clerk?.close();
  });

  it('auth/me shows the person, in the own space without an organisation', async () => {
    const { status, json } = await app.as(token()).get('/api/v1/auth/me');
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(FIELDS);
    expect(json).toMatchObject({
      email: 'ada@example.com',
      org_id: null,
      role: 'owner',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('auth/me shows the organisation that the token names, and the role there', async () => {
    const member = (await app.as(token(ORG)).get('/api/v1/auth/me')).json;
    const admin = (await app.as(token({ sub: 'user_boss', email: 'boss@example.com', org_id: 'org_acme', org_role: 'admin' })).get('/api/v1/auth/me')).json;
    expect(member).toMatchObject({ org_id: expect.stringMatching(/^[0-9a-f-]{36}$/), role: 'member' });
    expect(admin).toMatchObject({ org_id: member.org_id, role: 'admin' });
  });

  it('auth/me is for people: 403 for a key, 401 for nobody', async () => {
    expect((await app.as(key).get('/api/v1/auth/me')).status).toBe(403);
    expect((await app.as().get('/api/v1/auth/me')).status).toBe(401);
  });

  it('auth/verify takes the token in the header, by GET and by POST', async () => {
    const me = (await app.as(token()).get('/api/v1/auth/me')).text;
    for (const answer of [
      await app.as(token()).get('/api/v1/auth/verify'),
      await app.as(token()).post('/api/v1/auth/verify'),
      await app.as(token()).post('/api/v1/auth/verify', {}),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(me);
    }
  });

  it('auth/verify takes the token in the body, from a caller without a credential', async () => {
    const { status, json } = await app.as().post('/api/v1/auth/verify', { token: token(ORG) });
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(FIELDS);
    expect(json).toMatchObject({ email: 'ada@example.com', org_id: (await app.as(token(ORG)).get('/api/v1/auth/me')).json.org_id });
  });

  it('auth/verify answers 401 to no token, a bad one and an expired one, wherever it is', async () => {
    const expired = clerk.token(app.now - 600_000, { sub: 'user_ada' });
    for (const bad of [undefined, 'nonsense', expired, `${token().slice(0, -20)}${'A'.repeat(20)}`]) {
      expect((await app.as(bad).get('/api/v1/auth/verify')).status).toBe(401);
      const answer = await app.as(bad).post('/api/v1/auth/verify');
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      if (bad !== undefined) expect((await app.as().post('/api/v1/auth/verify', { token: bad })).status).toBe(401);
    }
  });

  it('auth/verify answers 401 to an API key, which is no session token', async () => {
    expect((await app.as(key).get('/api/v1/auth/verify')).status).toBe(401);
    expect((await app.as(key).post('/api/v1/auth/verify')).status).toBe(401);
    expect((await app.as().post('/api/v1/auth/verify', { token: key })).status).toBe(401);
  });

  it('auth/verify refuses a token in the header together with one in the body', async () => {
    expect((await app.as(token()).post('/api/v1/auth/verify', { token: token() })).status).toBe(401);
  });
});

describe('without a Clerk issuer', () => {
  let app: Nenjo;
  beforeAll(async () => {
    app = await openNenjo();
  });
  afterAll(() => app?.close());

  it('starts, serves keys, and answers 401 to session tokens', async () => {
    const clerk = await ClerkStandIn.start();
    try {
      expect((await app.as(await app.keyOf('ada@example.com')).get('/api/v1/projects')).status).toBe(200);
      expect((await app.as(clerk.token(app.now, { sub: 'user_ada' })).get('/api/v1/projects')).status).toBe(401);
    } finally {
      await clerk.close();
    }
  });
});
