import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';

const { keys } = fixtureSpec;
const limited = (limit: number, periodSeconds: number) => ({ tenancy: { plans: { default: { limits: { tenant: { limit, periodSeconds } } } } } });

describe('a platform is refused, with the offender named, where', () => {
  it.each(['version', 'scopes', 'keys', 'tables', 'operations'])('it has no %s', (member) => {
    expect(() => definePlatform({ ...fixtureSpec, [member]: undefined })).toThrow(`The platform "fixture" cannot be served: it has no ${member}.`);
  });

  it.each(['gha_', 'ghr_', '', 'fix', 'e', 'Fix_', 'fix key_', '_', 'fix__', '__proto__', `${'x'.repeat(40)}_`])('its keys would begin with "%s"', (prefix) => {
    expect(() => definePlatform({ ...fixtureSpec, keys: { ...keys, prefix } })).toThrow(`keys.prefix "${prefix}"`);
  });

  it.each([0, -1, 1.5, Number.NaN, 21, 68])('%d characters of a key would be stored as they are', (displayLength) => {
    expect(() => definePlatform({ ...fixtureSpec, keys: { ...keys, displayLength } })).toThrow('keys.displayLength');
  });

  it.each([
    [0, 60],
    [-1, 60],
    [0.5, 60],
    [Number.NaN, 60],
    [Number.POSITIVE_INFINITY, 60],
    [10, 0],
    [10, -1],
    [10, Number.NaN],
  ])('a plan sets a limit of %d in %d seconds', (limit, periodSeconds) => {
    expect(() => definePlatform({ ...fixtureSpec, ...limited(limit, periodSeconds) })).toThrow('the limit "tenant" of the plan "default"');
  });

  it.each([-1, 0.5, Number.NaN])('a plan allows %d keys', (keys) => {
    expect(() => definePlatform({ ...fixtureSpec, tenancy: { plans: { default: { keys } } } })).toThrow('the keys of the plan "default"');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('an operation costs %d', (cost) => {
    const op = defineOperation({
      name: 'dear',
      title: 'Dear',
      description: 'Costs.',
      access: { scope: null },
      input: z.object({}),
      output: z.object({}),
      effect: 'read',
      cost,
    });
    expect(() => definePlatform({ ...fixtureSpec, operations: [bindTo([])(op, () => ({}))] })).toThrow('the cost of the operation "dear"');
  });
});

describe('a platform is taken where', () => {
  it.each(['gha_', 'By hand', `${keys.prefix}hand_`, keys.prefix])('its tokens made by hand would begin with "%s"', (tokensByHand) => {
    expect(() => definePlatform({ ...fixtureSpec, authorization: { kind: 'own', tokensByHand } })).toThrow(`authorization.tokensByHand "${tokensByHand}"`);
  });

  it.each(['fix_', 'a-', 'acme_live_', 'nr2-'])('its keys begin with "%s"', (prefix) => {
    expect(definePlatform({ ...fixtureSpec, keys: { ...keys, prefix } }).keys.prefix).toBe(prefix);
  });

  it('a plan sets a limit that can be counted', () => {
    expect(definePlatform({ ...fixtureSpec, ...limited(1, 0.5) }).tenancy.plans.default?.limits?.tenant?.limit).toBe(1);
  });
});
