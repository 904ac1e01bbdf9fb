import { createHmac } from 'node:crypto';
import { definePlatform, external, oidc } from 'gatehouse';
import { exportSPKI } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { IssuerServer, type SigningKey, newKey, sign } from './issuer-server.js';
import { call, challenged, list } from '../oauth/tokens.js';

const AUDIENCE = 'https://api.example.com/mcp';
const [rsa, ec, stranger] = await Promise.all([newKey('RS256', 'rsa'), newKey('ES256', 'ec'), newKey('RS256', 'rsa')]);

let issuer: IssuerServer;
let app: TestApp;
beforeAll(async () => {
  issuer = await IssuerServer.start(rsa, ec);
  app = await openApp(platformOf(issuer.url));
});
afterAll(async () => {
  await app.close();
  await issuer.close();
});

function platformOf(url: string) {
  const roles = { owner: { scopes: ['things:read', 'things:write'], administers: true } };
  return definePlatform({
    ...fixtureSpec,
    authorization: external({ issuer: url, audience: AUDIENCE }),
    tenancy: { roles, adminRole: 'owner', memberRole: 'owner' },
  });
}

const seconds = (from: number, at = app) => Math.floor(at.clock.now() / 1000) + from;

/** A token as RFC 9068 has it; `undefined` takes a claim away. */
function token(more: object = {}, key: SigningKey = rsa, header: object = {}, at = app): Promise<string> {
  const claims = {
    iss: issuer.url,
    aud: AUDIENCE,
    sub: 'user_1',
    client_id: 'agent',
    jti: 'j1',
    iat: seconds(0, at),
    exp: seconds(60, at),
    scope: 'things:read',
  };
  const whole = Object.fromEntries(Object.entries({ ...claims, ...more }).filter(([, value]) => value !== undefined));
  return sign(key, whole, { typ: 'at+jwt', ...header });
}

const lastReason = () => [...app.logged().matchAll(/"event":"authentication_failed","reason":"([a-z_]+)"/g)].at(-1)?.[1];

describe('a token of the external server', () => {
  it.each([
    ['RS256', rsa, {}],
    ['ES256', ec, {}],
    ['of the type application/at+jwt', rsa, { typ: 'application/at+jwt' }],
    ['of the type JWT, as many servers write', rsa, { typ: 'JWT' }],
  ])('opens REST and MCP: %s', async (_name, key, header) => {
    const raw = await token({}, key, header);
    expect([(await list(app, raw)).status, (await call(app, raw, 'things_list')).status]).toEqual([200, 200]);
  });

  it('is its bearer’s, who is made at the first sight and found from then on; the log names the program', async () => {
    const who = async (raw: string) => {
      const admitted = await app.gatehouse.authenticate({ headers: { authorization: `Bearer ${raw}` }, address: '127.0.0.1' });
      return admitted.ok ? admitted.principal : undefined;
    };
    const [first, again, other] = [await who(await token({ jti: 'a' })), await who(await token({ jti: 'b' })), await who(await token({ sub: 'user_2' }))];
    expect(first).toMatchObject({ credential: { kind: 'token' }, agent: { client: 'agent', name: 'agent' }, user: again?.user, tenant: again?.tenant });
    expect(other?.user).not.toBe(first?.user);
    await list(app, await token());
    expect(app.logged()).toContain(`"credential":"token:${issuer.url}#user_1#agent","client":"agent"`);
  });

  it.each([
    ['scope, a text', { scope: 'things:read things:write' }, [200, 201]],
    ['scp, a list', { scope: undefined, scp: ['things:read', 'things:write'] }, [200, 201]],
    ['scp, a text', { scope: undefined, scp: 'things:write' }, [200, 201]],
    ['one that reads', { scope: 'openid things:read' }, [200, 403]],
    ['none', { scope: '' }, [403, 403]],
    ['*, which is nobody’s scope but our own', { scope: '* **' }, [403, 403]],
  ])('holds what it says: %s', async (name, claims, statuses) => {
    const raw = await token(claims);
    const made = await app.call('POST', '/api/v1/things', { token: raw, body: { name } });
    expect([(await list(app, raw)).status, made.status]).toEqual(statuses);
  });

  it('that lacks a scope is asked for all that it should have, and lists what is locked', async () => {
    const raw = await token();
    const { body } = await app.rpc(raw, 'tools/list');
    const create = body.result.tools.find(({ name }: { name: string }) => name === 'things_create');
    expect(create._meta).toEqual({ 'gatehouse/locked': { scope: 'things:write' } });
    const denied = await call(app, raw, 'things_create', { name: 'x' });
    expect([denied.status, challenged(denied)]).toEqual([403, expect.objectContaining({ error: 'insufficient_scope', scope: 'things:read things:write' })]);
  });

  it('reaches neither keys nor sessions', async () => {
    for (const path of ['keys', 'sessions', 'grants']) expect((await app.call('GET', `/api/v1/gatehouse/${path}`, { token: await token() })).status).toBe(403);
  });

  it('is good until its exp, to the second, though it is known already', async () => {
    const raw = await token();
    expect((await list(app, raw)).status).toBe(200);
    app.clock.advance(60_000);
    expect([(await list(app, raw)).status, lastReason()]).toEqual([401, 'expired']);
  });

  it('of a user who has gone is refused at once', async () => {
    const raw = await token({ sub: 'leaver' });
    expect((await list(app, raw)).status).toBe(200);
    const { store } = app.gatehouse;
    const user = await store.users.findByIdentity(issuer.url, 'leaver');
    await store.departures.noteUser(issuer.url, 'leaver', app.clock.now() + 1);
    await store.departures.endUser(user?.id ?? '', app.clock.now());
    await store.changes.barrier([`user:${user?.id}`]);
    expect((await list(app, raw)).status).toBe(401);
  });
});

describe('refused is a token', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged: [string, string, () => Promise<string>][] = [
    ['that nobody signed', 'bad_signature', async () => `${part({ alg: 'none', typ: 'at+jwt' })}.${(await token()).split('.')[1]}.`],
    ['signed by a stranger under the same key id', 'bad_signature', () => token({}, stranger)],
    [
      'signed with the public key as a secret',
      'bad_signature',
      async () => {
        const head = `${part({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' })}.${(await token()).split('.')[1]}`;
        return `${head}.${createHmac('sha256', await exportSPKI(rsa.publicKey))
          .update(head)
          .digest('base64url')}`;
      },
    ],
    [
      'that was altered',
      'bad_signature',
      async () => (await token()).replace(/\.[^.]+\./, `.${part({ iss: issuer.url, aud: AUDIENCE, sub: 'admin', exp: seconds(60), scope: 'things:write' })}.`),
    ],
    ['of an unknown key', 'bad_signature', () => token({}, rsa, { kid: 'nobody' })],
    ['for another audience', 'wrong_audience', () => token({ aud: 'https://other.example/mcp' })],
    ['for no audience', 'wrong_audience', () => token({ aud: undefined })],
    ['that has expired', 'expired', () => token({ exp: seconds(0) })],
    ['without an expiry', 'bad_claims', () => token({ exp: undefined })],
    ['that is not valid yet', 'not_yet_valid', () => token({ nbf: seconds(60) })],
    ['without a subject', 'bad_claims', () => token({ sub: undefined })],
    ['without scopes, as an ID token is', 'bad_claims', () => token({ scope: undefined }, rsa, { typ: 'JWT' })],
    ['of another type', 'bad_claims', () => token({}, rsa, { typ: 'logout+jwt' })],
    ['with an extension that must not be ignored', 'malformed', () => token({}, rsa, { crit: ['b64'], b64: true })],
  ];

  it.each(forged)('%s', async (_name, reason, make) => {
    app.clock.advance(60_000);
    const raw = await make();
    for (const answer of [await list(app, raw), await call(app, raw, 'things_list')]) {
      expect([answer.status, challenged(answer)]).toEqual([401, expect.objectContaining({ error: 'invalid_token', resource_metadata: expect.any(String) })]);
    }
    expect(lastReason()).toBe(reason);
  });

  it('of another issuer, whoever signed it', async () => {
    expect((await list(app, await token({ iss: 'https://evil.example' }))).status).toBe(401);
    expect((await list(app, await token({ iss: `${issuer.url}/` }))).status).toBe(401);
  });

  it('that we might have given out ourselves: here we give out none', async () => {
    expect((await list(app, `gha_${'A'.repeat(43)}`)).status).toBe(401);
  });
});

describe('the server of the tokens', () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0).toReversed()) await one.close();
  });
  async function another(change: (server: IssuerServer) => void) {
    const server = await IssuerServer.start(rsa);
    opened.push(server);
    change(server);
    const at = await openApp(platformOf(server.url));
    opened.push(at);
    return { server, at, raw: (more: object = {}, header: object = {}) => token({ iss: server.url, ...more }, rsa, header, at) };
  }

  it.each([
    ['RFC 8414', '', []],
    ['OpenID Connect', '', ['/.well-known/oauth-authorization-server']],
    ['RFC 8414 with a path', '/tenant', ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']],
    ['OpenID Connect, the path appended', '/tenant', ['/.well-known/oauth-authorization-server/tenant', '/.well-known/openid-configuration/tenant']],
  ])('is found by its metadata: %s', async (_name, path, missing) => {
    const { at, raw } = await another((server) => {
      server.path = path;
      server.missing = new Set(missing);
    });
    expect((await list(at, await raw())).status).toBe(200);
  });

  it('whose metadata name another issuer is not believed: 503, for nothing is known of its keys', async () => {
    const { at, raw } = await another((server) => {
      server.discovery = { issuer: 'https://evil.example' };
    });
    expect((await list(at, await raw())).status).toBe(503);
  });

  it('that is down makes a 503 that says when to come again, not a 401; with its keys known, all goes on', async () => {
    const { server, at, raw } = await another((it) => {
      it.down = true;
    });
    for (const answer of [await list(at, await raw()), await call(at, await raw(), 'things_list')]) {
      expect([answer.status, Number(answer.headers.get('retry-after')) > 0, answer.headers.get('www-authenticate')]).toEqual([503, true, null]);
    }
    server.down = false;
    at.clock.advance(60_000);
    expect((await list(at, await raw())).status).toBe(200);
    server.down = true;
    expect((await list(at, await raw({ jti: 'j2' }))).status).toBe(200);
  });

  it('is asked for its keys once a minute at most, however many unknown key ids are made up', async () => {
    const { server, at, raw } = await another(() => undefined);
    expect((await list(at, await raw())).status).toBe(200);
    for (let round = 1; round <= 2; round += 1) {
      at.clock.advance(60_000);
      const answers = await Promise.all(Array.from({ length: 40 }, async (_, n) => list(at, await raw({}, { kid: `made-up-${round}-${n}` }))));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
      expect(server.asked.keys).toBe(1 + round);
    }
  });

  it('that is people’s identity provider too: for our audience it is a token, for the other a person', async () => {
    const server = await IssuerServer.start(rsa);
    opened.push(server);
    const identity = () => [oidc({ issuer: server.url, audience: 'our-pages', development: true })];
    const at = await openApp(definePlatform({ ...fixtureSpec, identity, authorization: external({ issuer: server.url, audience: AUDIENCE }) }));
    opened.push(at);
    const raw = (more: object, header: object) => token({ iss: server.url, ...more }, rsa, header, at);
    const kindOf = async (presented: string) => {
      const admitted = await at.gatehouse.authenticate({ headers: { authorization: `Bearer ${presented}` }, address: '127.0.0.1' });
      return admitted.ok ? [admitted.principal.credential.kind, admitted.principal.user] : [admitted.status];
    };
    const [kind, user] = await kindOf(await raw({}, {}));
    expect([kind, await kindOf(await raw({ aud: 'our-pages', scope: undefined }, { typ: 'JWT' }))]).toEqual(['token', ['idp', user]]);
    expect(await kindOf(await raw({ aud: 'elsewhere' }, {}))).toEqual([401]);
  });
});

it('an issuer that is no https URL, or no audience, is refused at the start', async () => {
  for (const [issuerUrl, audience] of [
    ['http://login.example', AUDIENCE],
    ['nonsense', AUDIENCE],
    ['https://login.example', ''],
  ] as const) {
    await expect(openApp(definePlatform({ ...fixtureSpec, authorization: external({ issuer: issuerUrl, audience }) }))).rejects.toThrow(
      /authorization\.issuer|audience/,
    );
  }
});
