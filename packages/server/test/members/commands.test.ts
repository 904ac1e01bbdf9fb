import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKind } from '../../../../test/support/app-database.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { gatehouse, temporaryFolder } from '../cli/process.js';
import type { Given } from '../../src/cli/commands/command.js';
import { runCommand } from '../support/run-command.js';
import { club, keyOf, person, programOf } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(definePlatform({ ...club, keys: { ...club.keys, servicePrefix: 'srv_' } }));
});
afterAll(() => app.close());

async function run<T = unknown>(name: string, given: Given): Promise<T> {
  const reply = await runCommand(app, name, given);
  return (reply.ok ? reply.value : reply) as T;
}
const things = async (token: string) => (await app.call('GET', '/api/v1/things', { token })).status;

describe('the operator', () => {
  it('makes a tenant with its owner, and changes and ends memberships, but for the last owner’s', async () => {
    const owner = await person(app, 'owner@example.com');
    const { id: tenant } = await run<{ id: string }>('tenant create', { name: 'Acme', owner: owner.email });
    const who = await person(app, 'member@example.com');
    await app.gatehouse.store.tenants.setMember({ tenant, user: who.user, role: 'guest', createdAt: app.clock.now() });
    await who.manage('POST', '/sessions/switch', { tenant_id: tenant });
    const [raw, program] = [await keyOf(who), await programOf(app, who, tenant)];
    expect(await run('member list', { tenant })).toEqual([
      { user_id: owner.user, email: owner.email, name: null, role: 'owner', created_at: '2026-01-31T09:30:00Z' },
      { user_id: who.user, email: who.email, name: null, role: 'guest', created_at: '2026-01-31T09:30:00Z' },
    ]);
    expect([await things(raw), await things(program)]).toEqual([200, 200]);
    expect(await run('member set-role', { tenant, user: who.email, role: 'writer' })).toMatchObject({ role: 'writer' });
    expect([await things(raw), await things(program)]).toEqual([200, 200]);
    expect(await run('member remove', { tenant, user: owner.user })).toMatchObject({ ok: false, code: 'conflict' });
    expect(await run('member remove', { tenant, user: who.email })).toEqual({ tenant_id: tenant, user_id: who.user });
    expect([await things(raw), await things(program)]).toEqual([401, 401]);
    for (const given of [{ tenant: 'no' }, { tenant, user: 'nobody@example.com' }]) expect(await run('member remove', given)).toMatchObject({ ok: false });
  });

  it('exports a tenant into a new file that nobody else can read, and deletes it', async () => {
    const owner = await person(app, 'second@example.com');
    const { id: tenant } = await run<{ id: string }>('tenant create', { name: 'Short-lived', owner: owner.email });
    const file = join(app.folder, 'export.ndjson');
    expect(await run('tenant export', { tenant, file })).toEqual({ tenant, file, bytes: statSync(file).size });
    expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8').split('\n').at(-2)]).toEqual([0o600, '{"is":"end","lines":2}']);
    expect(await run('tenant export', { tenant, file })).toMatchObject({ ok: false, code: 'conflict' });
    expect(await run('tenant export', { tenant, file: 'here' })).toMatchObject({ ok: false, code: 'usage' });
    expect(await run('tenant delete', { tenant })).toMatchObject({ ok: false, code: 'usage' });
    expect(await run('tenant delete', { tenant, yes: 'yes' })).toEqual({ id: tenant, name: 'Short-lived' });
    expect(await run('tenant delete', { tenant, yes: 'yes' })).toMatchObject({ ok: false, code: 'not_found' });
    expect(await run('tenant delete', { tenant: owner.home, yes: 'yes' })).toMatchObject({ ok: false, code: 'conflict' });
  });

  it('deletes a user', async () => {
    const who = await person(app, 'gone@example.com');
    expect(await run('user delete', { user: who.email, yes: 'yes' })).toEqual({ id: who.user, email: who.email });
    expect([await things(who.token), await app.gatehouse.store.users.find(who.user)]).toEqual([401, undefined]);
  });
});

describe('a key that the operator makes', () => {
  it('is none without scopes, where these are none by default: nobody is made for it, and what there are is said', async () => {
    for (const [name, more] of [
      ['key create', {}],
      ['key import', { hash: 'ab'.repeat(32), format: 'hex' }],
    ] as const) {
      const error = 'Without scopes a key can do nothing here. Name them with --scopes: "*" for everything, or some of things:read, things:write.';
      expect(await run(name, { user: 'nobody-yet@example.com', name: 'idle', ...more })).toEqual({ ok: false, code: 'invalid_input', error });
    }
    expect(await app.gatehouse.store.users.findByEmail('nobody-yet@example.com')).toBeUndefined();
    const made = await run<{ raw_key: string }>('key create', { user: 'nobody-yet@example.com', name: 'reads', scopes: 'things:read' });
    expect(await things(made.raw_key)).toBe(200);
  });
});

describe('a key of no tenant', () => {
  it.runIf(databaseKind() === 'sqlite')('is asked for by --no-tenant, which is no --tenant', async () => {
    const folder = temporaryFolder();
    try {
      const ended = await gatehouse(['key', 'create', '--no-tenant', '--name', 'x', '--json', '--data', folder.path]);
      expect([ended.code, JSON.parse(ended.stderr)]).toEqual([
        1,
        expect.objectContaining({ code: 'conflict', error: expect.stringContaining('no keys without a tenant') }),
      ]);
    } finally {
      folder.remove();
    }
  });

  it('opens what asks for no tenant, and is told so anywhere else, over REST and MCP; revoked it is refused', async () => {
    const made = await run<{ id: string; raw_key: string; tenant_id: null }>('key create', { name: 'A service', noTenant: 'yes' });
    expect(made).toMatchObject({ name: 'A service', tenant_id: null, raw_key: expect.stringMatching(/^srv_[0-9a-f]{64}$/) });
    const { raw_key: raw } = made;
    const { raw_key: _raw, ...shown } = made;
    expect(await run('key list', { noTenant: 'yes' })).toEqual([shown]);
    expect((await app.call('GET', '/api/v1/version', { token: raw })).status).toBe(200);
    const rest = await app.call('GET', '/api/v1/things', { token: raw });
    expect([rest.status, rest.body.code, rest.body.error]).toEqual([400, 'tenant_required', 'This credential is bound to no tenant.']);
    for (const [method, params] of [['tools/list'], ['tools/call', { name: 'things_list', arguments: {} }], ['resources/list'], ['prompts/list']] as const) {
      const { body } = await app.rpc(raw, method, params);
      expect([method, body.error?.data?.code]).toEqual([method, 'tenant_required']);
    }
    expect((await app.call('GET', '/api/v1/gatehouse/me', { token: raw })).status).toBe(403);
    expect(await run('key revoke', { id: made.id })).toMatchObject({ id: made.id });
    expect([await things(raw), await run('key list', { noTenant: 'yes' })]).toEqual([401, []]);
  });

  it('expires, and belongs to nobody else besides', async () => {
    const { raw_key: raw } = await run<{ raw_key: string }>('key create', { name: 'Short', noTenant: 'yes', expires: '1h' });
    expect(await things(raw)).toBe(400);
    app.clock.advance(3_600_000);
    expect(await things(raw)).toBe(401);
    for (const wrong of [{ user: 'a@example.com' }, { tenant: 't' }, { scopes: 'things:read' }, { expires: 'soon' }])
      expect(await run('key create', { name: 'x', noTenant: 'yes', ...wrong })).toMatchObject({ ok: false, code: 'usage' });
  });

  it('is made only where the platform has such', async () => {
    const plain = await openApp(club);
    try {
      expect(await plain.gatehouse.serviceKeys.mint('x', null)).toMatchObject({ failure: { code: 'conflict' } });
      expect(() => definePlatform({ ...club, keys: { ...club.keys, servicePrefix: club.keys.prefix } })).toThrow("claim each other's");
    } finally {
      await plain.close();
    }
  });
});
