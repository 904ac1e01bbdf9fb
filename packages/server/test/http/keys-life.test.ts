import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { definePlatform, Refusal } from 'gatehouse';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { loadDriver } from '../../src/store/sqlite/load-driver.js';
import { until } from '../mcp/events.js';

let app: TestApp;
beforeEach(async () => {
  app = await openApp(fixturePlatform);
});
afterEach(() => app.close());

const status = async (raw: string) => (await app.call('GET', '/api/v1/things', { token: raw })).status;
const minted = <T>(made: T | Refusal): T => {
  if (made instanceof Refusal) throw made;
  return made;
};

describe('a key', () => {
  it('is refused from the very call after its revocation was answered, however warm', async () => {
    const { raw, id, tenant } = await app.key('ann@example.com');
    expect(await status(raw)).toBe(200);
    await app.gatehouse.keys.revoke(tenant, id);
    expect(await status(raw)).toBe(401);
    expect(await app.gatehouse.keys.revoke(tenant, id)).toBeInstanceOf(Refusal);
  });

  it('is suspended while disabled, and let in again when enabled', async () => {
    const { raw, id, tenant } = await app.key('ann@example.com');
    expect(await status(raw)).toBe(200);
    await app.gatehouse.keys.setDisabled(tenant, id, true);
    expect(await status(raw)).toBe(401);
    await app.gatehouse.keys.setDisabled(tenant, id, false);
    expect(await status(raw)).toBe(200);
  });

  it('expires at its moment, not after it', async () => {
    const { raw } = await app.key('ann@example.com', ['*'], { expiresAt: app.clock.now() + 60_000 });
    app.clock.advance(59_999);
    expect(await status(raw)).toBe(200);
    app.clock.advance(1);
    expect(await status(raw)).toBe(401);
  });

  it('rotated without overlap is refused at once, and its successor is let in', async () => {
    const { raw, id, tenant } = await app.key('ann@example.com');
    const next = minted(await app.gatehouse.keys.rotate(tenant, id, 0, 'cli'));
    expect([await status(raw), await status(next.raw)]).toEqual([401, 200]);
  });

  it('rotated with an overlap goes on until the overlap ends', async () => {
    const { raw, id, tenant } = await app.key('ann@example.com');
    const next = minted(await app.gatehouse.keys.rotate(tenant, id, 3600, 'cli'));
    app.clock.advance(3_599_999);
    expect([await status(raw), await status(next.raw)]).toEqual([200, 200]);
    app.clock.advance(1);
    expect([await status(raw), await status(next.raw)]).toEqual([401, 200]);
    expect(app.logged()).toContain('"reason":"rotated"');
  });

  it('that is not let in is answered alike whatever is wrong with it, while the log says what', async () => {
    const { keys } = app.gatehouse;
    const { user, tenant } = await app.key('ann@example.com');
    const made = async (more: object = {}) => minted(await keys.mint({ tenant, user, name: 'a key', scopes: ['*'], createdBy: 'cli', ...more }));
    const [revoked, disabled, rotated, late] = [await made(), await made(), await made(), await made({ expiresAt: app.clock.now() + 1 })];
    await keys.revoke(tenant, revoked.key.id);
    await keys.setDisabled(tenant, disabled.key.id, true);
    await keys.rotate(tenant, rotated.key.id, 0, 'cli');
    app.clock.advance(1);
    const asked = { unknown: `fix_${'0'.repeat(64)}`, revoked: revoked.raw, disabled: disabled.raw, rotated: rotated.raw, expired: late.raw };
    const told = new Set<string>();
    for (const [reason, raw] of Object.entries(asked)) {
      const { status: refused, body } = await app.call('GET', '/api/v1/things', { token: raw });
      const { request_id, ...rest } = body;
      told.add(JSON.stringify([refused, rest]));
      const line = app
        .logged()
        .split('\n')
        .find((one) => one.includes('authentication_failed') && one.includes(request_id));
      expect(JSON.parse(line ?? '{}')).toMatchObject({ reason });
    }
    expect([...told].map((one) => JSON.parse(one)[0])).toEqual([401]);
  });

  it('writes nothing to the database but when it was used, the first time at once and then twice a second at most, however often that is', async () => {
    const { raw, id } = await app.key('ann@example.com');
    await status(raw);
    const beside = (await loadDriver())(join(app.folder, 'gatehouse.db'), false);
    await until(() => beside.prepare('select 1 from gatehouse_keys where id = ? and last_used_at is not null').get([id]) !== undefined);
    const changes = () => Number(beside.prepare('pragma data_version').get([])?.data_version);
    const [before, from] = [changes(), performance.now()];
    app.clock.advance(1000);
    await Promise.all(Array.from({ length: 50 }, () => status(raw)));
    expect(changes() - before).toBeLessThanOrEqual(1 + Math.floor((performance.now() - from) / 500));
    beside.close();
  });

  it('is rotated once by 16 who try at once', async () => {
    const { id, tenant } = await app.key('ann@example.com');
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => app.gatehouse.keys.rotate(tenant, id, 0, 'cli')));
    expect(outcomes.filter((outcome) => !(outcome instanceof Refusal))).toHaveLength(1);
  });

  it('that is imported by its hash is let in by its raw form, and the hash itself opens nothing', async () => {
    const raw = 'fix_an-old-key-of-another-form-1234567890';
    const hash = createHash('sha256').update(raw).digest('base64url');
    const { user, tenant } = await app.key('ann@example.com');
    minted(await app.gatehouse.keys.import({ tenant, user, name: 'old', scopes: ['things:read'], createdBy: 'import', hash, format: 'base64url' }));
    expect(await status(raw)).toBe(200);
    expect(await status(createHash('sha256').update(raw).digest('hex'))).toBe(401);
    expect(await app.gatehouse.keys.import({ tenant, user, name: 'again', createdBy: 'import', hash, format: 'base64url' })).toBeInstanceOf(Refusal);
  });

  it('shows its use at once, first and later', async () => {
    const { raw, id, tenant } = await app.key('ann@example.com');
    const lastUsed = async () => minted(await app.gatehouse.keys.get(tenant, id)).lastUsedAt;
    expect(await lastUsed()).toBeNull();
    await status(raw);
    expect(await lastUsed()).toBe(app.clock.now());
    app.clock.advance(5000);
    await status(raw);
    expect(await lastUsed()).toBe(app.clock.now());
  });

  it('without scopes opens nothing where the platform says none', async () => {
    const { user, tenant } = await app.key('ann@example.com');
    const { raw } = minted(await app.gatehouse.keys.mint({ tenant, user, name: 'empty', createdBy: 'cli' }));
    expect((await app.call('GET', '/api/v1/things', { token: raw })).body).toMatchObject({ code: 'insufficient_scope', missing: ['things:read'] });
  });

  it.each([
    [{ name: '  ' }, 'name'],
    [{ name: 'x', scopes: ['nope:read'] }, 'scopes'],
    [{ name: 'x', expiresAt: 1 }, 'expires_at'],
  ])('asked for with %j is refused, naming %s', async (request, field) => {
    const { user, tenant } = await app.key('ann@example.com');
    const refused = await app.gatehouse.keys.mint({ tenant, user, createdBy: 'cli', ...request });
    expect(refused).toBeInstanceOf(Refusal);
    expect((refused as Refusal).failure.fields?.[0]?.path).toBe(field);
  });

  it('of a tenant alone works without a user', async () => {
    const tenant = minted(await app.gatehouse.users.createTenant('Acme'));
    const { raw } = minted(await app.gatehouse.keys.mint({ tenant: tenant.id, user: null, name: 'robot', scopes: ['things:read'], createdBy: 'cli' }));
    expect(await status(raw)).toBe(200);
  });
});

describe('limits', () => {
  const limited = definePlatform({
    ...fixtureSpec,
    tenancy: { plans: { default: { limits: { key: { limit: 3, periodSeconds: 60 }, tenant: { limit: 5, periodSeconds: 60 } } } } },
  });

  it('are exact at the boundary, told as 429 with when to come back, and minting more keys does not escape them', async () => {
    const own = await openApp(limited);
    try {
      const first = await own.key('ann@example.com');
      const second = await own.key('ann@example.com');
      const use = (raw: string) => own.call('GET', '/api/v1/things', { token: raw });
      const statuses = [];
      for (let i = 0; i < 4; i += 1) statuses.push((await use(first.raw)).status);
      for (let i = 0; i < 3; i += 1) statuses.push((await use(second.raw)).status);
      expect(statuses).toEqual([200, 200, 200, 429, 200, 200, 429]);
      const over = await use(first.raw);
      expect([over.body.code, over.headers.get('retry-after'), over.headers.get('ratelimit')]).toEqual(['rate_limited', '20', '"key";r=0;t=20']);
      own.clock.advance(20_000);
      expect((await use(first.raw)).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  it('of failed authentications turn guesses into 429, and never keep a valid key of the same address out', async () => {
    const { raw } = await app.key('ann@example.com');
    const statuses = await Promise.all(Array.from({ length: 320 }, (_, i) => status(`fix_${String(i).padStart(64, '0')}`)));
    expect(statuses.filter((each) => each === 401)).toHaveLength(300);
    expect(statuses.filter((each) => each === 429)).toHaveLength(20);
    expect(await status(raw)).toBe(200);
  });
});
