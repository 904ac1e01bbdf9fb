import { nenjo } from '@gatehouse/nenjo';
import { neuralrepo } from '@gatehouse/neuralrepo';
import { nippy } from '@gatehouse/nippy';
import { type Operation, type Platform, Refusal, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plants from '../../examples/plants/platform.mjs';
import { fixturePlatform } from '../support/fixture-platform.js';
import { type Gates, openGates, unlimited, waysTo } from './gate.js';

const platforms: Record<string, Platform> = { fixture: fixturePlatform, nenjo, neuralrepo: unlimited(neuralrepo), nippy, plants };

/** What a key with these scopes should meet at an operation: the rule, written out once more, apart from the code. */
function expected({ access }: Operation, held: readonly string[]): 'in' | 'insufficient_scope' | 'forbidden' {
  if (access.by.includes('none')) return 'in';
  if (!access.by.includes('key')) return 'forbidden';
  if (access.scope === null || held.includes('*') || held.includes(access.scope)) return 'in';
  const [resource, permission] = access.scope.split(':');
  return permission === 'read' && held.includes(`${resource}:write`) ? 'in' : 'insufficient_scope';
}

/** As what it is listed. */
const kindsOf = ({ tool, resource, prompt }: Operation) => [tool, resource !== undefined, prompt === true].filter(Boolean);

describe.each(Object.entries(platforms))('on %s', (_name, platform) => {
  let gates: Gates;
  const counts = { rest: 0, mcp: 0 };
  beforeAll(async () => {
    gates = await openGates(platform);
  });
  afterAll(async () => {
    await gates.app.close();
    console.log(`${platform.name}: ${gates.operations.length} operations, ${counts.rest} REST and ${counts.mcp} MCP decisions`);
  });
  const onMcp = () => gates.operations.filter((op) => waysTo(op).length > 0);
  const routed = () => gates.operations.filter((op) => op.rest !== null);

  it('nobody gets in without a credential, but where an operation is open to all', async () => {
    for (const op of routed()) expect([op.name, await gates.rest(op)]).toEqual([op.name, op.access.by.includes('none') ? 'in' : 'unauthenticated']);
    for (const op of onMcp()) expect([op.name, await gates.mcp(op)]).toEqual([op.name, 'unauthenticated']);
  });

  it('every operation, on REST and on MCP, with each single scope, with none and with all, decides alike and as the rule says; the tools, resources and prompts shown are those let in', async () => {
    for (const held of [[], ['*'], ...platform.scopes.map((scope) => [scope]), [...platform.scopes]]) {
      const { raw } = await gates.app.key('matrix@example.com', held);
      // What no scopes mean is read once, when a key is made.
      const holds = held.length === 0 && platform.keys.whenNoScopes === 'full' ? ['*'] : held;
      for (const op of routed()) {
        expect([op.name, holds, await gates.rest(op, raw)]).toEqual([op.name, holds, expected(op, holds)]);
        counts.rest += 1;
      }
      for (const op of onMcp()) {
        expect([op.name, holds, await gates.mcp(op, raw)]).toEqual([op.name, holds, expected(op, holds)]);
        counts.mcp += waysTo(op).length;
      }
      const letIn = onMcp().filter((op) => expected(op, holds) === 'in');
      expect(await gates.shown(raw)).toEqual(letIn.flatMap((op) => kindsOf(op).map(() => op.name)).sort());
    }
  }, 60_000);

  it('a person’s session, whose role may do all, gets in wherever the operation is open to sessions, people’s operations included, and nowhere else; ended, nowhere', async () => {
    const session = await signedIn('person@example.com');
    const open = (op: Operation) => op.access.by.includes('none') || op.access.by.includes('session');
    for (const op of routed().filter(({ name }) => !name.startsWith('gatehouse_sign_out')))
      expect([op.name, await gates.rest(op, session.token)]).toEqual([op.name, open(op) ? 'in' : 'forbidden']);
    for (const op of onMcp()) {
      expect([op.name, await gates.mcp(op, session.token)]).toEqual([op.name, open(op) ? 'in' : 'forbidden']);
      counts.mcp += waysTo(op).length;
    }
    const ofPeople = routed().filter(({ access }) => access.by.includes('session') && !access.by.includes('key'));
    expect(ofPeople.length).toBeGreaterThan(10);
    const letIn = onMcp().filter(open);
    expect(await gates.shown(session.token)).toEqual(letIn.flatMap((op) => kindsOf(op).map(() => op.name)).sort());
    await gates.app.gatehouse.sessions.revoke(session.user, session.id);
    // Only so many failures a minute are told apart.
    gates.app.clock.advance(60_000);
    for (const op of routed().filter(({ access }) => !access.by.includes('none')))
      expect([op.name, await gates.rest(op, session.token)]).toEqual([op.name, 'unauthenticated']);
    for (const op of onMcp()) expect([op.name, await gates.mcp(op, session.token)]).toEqual([op.name, 'unauthenticated']);
  });

  async function signedIn(email: string) {
    const { users, sessions } = gates.app.gatehouse;
    const user = await users.findOrCreate(email);
    if (user instanceof Refusal) throw user;
    const { session, token } = await sessions.mint({ tenant: user.homeTenant, user: user.id, createdBy: 'test' });
    return { id: session.id, user: user.id, token };
  }

  it('a revoked key gets in nowhere', async () => {
    const { raw, id, tenant } = await gates.app.key('revoked@example.com');
    for (const op of onMcp()) expect(await gates.mcp(op, raw)).toBe('in');
    await gates.app.gatehouse.keys.revoke(tenant, id);
    gates.app.clock.advance(60_000);
    for (const op of routed().filter(({ access }) => !access.by.includes('none')))
      expect([op.name, await gates.rest(op, raw)]).toEqual([op.name, 'unauthenticated']);
    for (const op of onMcp()) expect([op.name, await gates.mcp(op, raw)]).toEqual([op.name, 'unauthenticated']);
  });

  it('management and secrets are never tools, resources or prompts', () => {
    expect(onMcp().filter((op) => op.access.plane !== 'platform' || op.secretOutput === true)).toEqual([]);
  });
});

describe.each(Object.entries(platforms))('over its limit on %s', (_name, platform) => {
  it('a key is refused by every operation that asks for one, on REST and on MCP', async () => {
    const limits = { key: { limit: 1, periodSeconds: 3600 } };
    const gates = await openGates(definePlatform({ ...platform, tenancy: { ...platform.tenancy, plans: { [platform.tenancy.defaultPlan]: { limits } } } }));
    try {
      const { raw } = await gates.app.key('busy@example.com');
      const called = gates.operations.filter((op) => op.access.by.includes('key') && !op.access.by.includes('none') && waysTo(op).length > 0);
      const [first] = called.filter(({ rest }) => rest !== null);
      if (first === undefined) throw new Error('nothing to call');
      expect(await gates.rest(first, raw)).toBe('in');
      for (const op of called) {
        if (op.rest !== null) expect([op.name, await gates.rest(op, raw)]).toEqual([op.name, 'limited']);
        expect([op.name, await gates.mcp(op, raw)]).toEqual([op.name, 'limited']);
      }
    } finally {
      await gates.app.close();
    }
  });
});
