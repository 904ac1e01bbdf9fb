import { randomUUID } from 'node:crypto';
import { nenjo } from '@gatehouse/nenjo';
import { neuralrepo } from '@gatehouse/neuralrepo';
import { type Operation, type Platform, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plants from '../../examples/plants/platform.mjs';
import { letIn, tokenOf } from '../../packages/server/test/oauth/tokens.js';
import { fixturePlatform } from '../support/fixture-platform.js';
import { type Gates, type Verdict, openGates, unlimited, waysTo } from './gate.js';

const platforms: Record<string, Platform> = { fixture: fixturePlatform, nenjo, neuralrepo: unlimited(neuralrepo), plants };

function covers(held: readonly string[], scope: string): boolean {
  const [resource, permission] = scope.split(':');
  return held.includes('*') || held.includes(scope) || (permission === 'read' && held.includes(`${resource}:write`));
}

/** What a token should meet whose user allowed `held`, and may allow `all`: the rule, written out once more, apart from the code. */
function expected({ access }: Operation, held: readonly string[], all: readonly string[]): { readonly rest: Verdict; readonly mcp: Verdict } {
  if (access.by.includes('none')) return { rest: 'in', mcp: 'in' };
  if (!access.by.includes('token')) return { rest: 'forbidden', mcp: 'unknown' };
  if (access.scope === null) return { rest: 'in', mcp: 'in' };
  if (!covers(all, access.scope)) return { rest: 'insufficient_scope', mcp: 'unknown' };
  return covers(held, access.scope) ? { rest: 'in', mcp: 'in' } : { rest: 'step_up', mcp: 'step_up' };
}

const kindsOf = ({ tool, resource, prompt }: Operation) => [tool, resource !== undefined, prompt === true].filter(Boolean);

describe.each(Object.entries(platforms))('OAuth tokens on %s', { timeout: 60_000 }, (_name, original) => {
  let gates: Gates;
  const counts = { rest: 0, mcp: 0 };
  // A role that may do half of it, so that something is out of its reach.
  const half = original.scopes.filter((_, i) => i % 2 === 0);
  const isLarge = original.scopes.length > 4;
  const { tenancy } = original;
  const roles = { ...tenancy.roles, half: { scopes: half, administers: false } };
  const platform = definePlatform({ ...original, tenancy: { ...tenancy, roles } });
  beforeAll(async () => {
    gates = await openGates(platform);
  });
  afterAll(async () => {
    await gates.app.close();
    console.log(`${platform.name}: ${gates.operations.length} operations, ${counts.rest} REST and ${counts.mcp} MCP decisions for tokens`);
  });
  const onMcp = () => gates.operations.filter((op) => waysTo(op).length > 0);
  const routed = () => gates.operations.filter((op) => op.rest !== null);

  async function decides(token: string, rule: (op: Operation) => { readonly rest: Verdict; readonly mcp: Verdict }): Promise<void> {
    for (const op of routed()) {
      expect([op.name, await gates.rest(op, token)]).toEqual([op.name, rule(op).rest]);
      counts.rest += 1;
    }
    for (const op of onMcp()) {
      expect([op.name, await gates.mcp(op, token)]).toEqual([op.name, rule(op).mcp]);
      counts.mcp += waysTo(op).length;
    }
    const shown = onMcp().flatMap((op) => {
      const { mcp } = rule(op);
      return mcp === 'in' || mcp === 'step_up' ? kindsOf(op).map(() => (mcp === 'in' ? op.name : `${op.name} locked`)) : [];
    });
    expect(await gates.shown(token)).toEqual(shown.sort());
  }

  it('of a user who may allow all: each single scope, none and all let in what they cover, and lock the rest', async () => {
    // On a large platform the keys' matrix has gone through every scope: it is the same rule.
    const single = platform.scopes.slice(0, isLarge ? 1 : undefined);
    for (const held of [[], ['*'], ...single.map((scope) => [scope])]) {
      const { token } = await letIn(gates.app, { scopes: held });
      await decides(token, (op) => expected(op, held, ['*']));
    }
  });

  it('of a user whose role may do half of it: what that role does not give is unknown, whatever the token says it holds', async () => {
    for (const held of isLarge ? [['*']] : [['*'], half.slice(0, 1), []]) {
      const mine = await letIn(gates.app, { email: `half.${held.length}.${held[0]?.length}@example.com`, scopes: held });
      const { store } = gates.app.gatehouse;
      await store.tenants.setMember({ tenant: mine.tenant, user: mine.user, role: 'half', createdAt: gates.app.clock.now() });
      await store.changes.barrier([`role:${mine.tenant}:${mine.user}`]);
      await decides(mine.token, (op) => expected(op, held, half));
    }
  });

  it('traded for a key let in what both cover, and are told what a key is told', async () => {
    const [some = '*'] = platform.scopes;
    const key = await gates.app.key('trader@example.com', [some]);
    const { token } = await tokenOf(gates.app, { tenant: key.tenant, client: key.id, key: key.id, scopes: ['*'] });
    const asKey = (verdict: Verdict): Verdict => (verdict === 'step_up' ? 'insufficient_scope' : verdict);
    const rule = (op: Operation) => {
      const { rest, mcp } = expected(op, [some], ['*']);
      return { rest: asKey(rest), mcp: mcp === 'unknown' ? rest : asKey(mcp) };
    };
    await decides(token, rule);
  });

  it('revoked, expired, for somebody else or made up get in nowhere', async () => {
    const { app } = gates;
    const [revoked, foreign] = [await letIn(app), await letIn(app, { audience: 'https://other.example/mcp' })];
    const { tenant, client, grant } = await letIn(app);
    const expired = await tokenOf(app, { tenant, client, grant, scopes: ['*'], expiresAt: app.clock.now() });
    for (const op of onMcp().slice(0, 1)) expect(await gates.mcp(op, revoked.token)).toBe('in');
    await app.gatehouse.grants.revoke(revoked.user, revoked.grant);
    const bad = [revoked.token, foreign.token, expired.token, `gha_${randomUUID()}`];
    for (const token of isLarge ? bad.slice(0, 1) : bad) {
      // Only so many failures a minute are told apart.
      app.clock.advance(60_000);
      for (const op of routed().filter(({ access }) => !access.by.includes('none')))
        expect([op.name, await gates.rest(op, token)]).toEqual([op.name, 'unauthenticated']);
      for (const op of onMcp()) expect([op.name, await gates.mcp(op, token)]).toEqual([op.name, 'unauthenticated']);
    }
  });
});
