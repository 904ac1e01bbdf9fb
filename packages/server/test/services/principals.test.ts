import { defineOperation } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { KeyGrant } from '../../src/domain/records.js';
import { rightsOver } from '../../src/domain/rights.js';
import { bucketsBy } from '../../src/services/limits/buckets.js';
import { makePrincipals } from '../../src/services/principals.js';
import { defaultTenancy } from '../../src/services/tenancy.js';

const read = defineOperation({
  name: 'things_read',
  title: 'Read',
  description: 'Reads.',
  access: { scope: 'things:read' },
  input: z.object({}),
  output: z.object({}),
  effect: 'read',
});
const tenancy = { ...defaultTenancy, plans: { default: { limits: { tenant: { limit: 1, periodSeconds: 1 } } } } };
const principals = makePrincipals(tenancy, rightsOver([read]));

function grant(role: string, plan: string | null): KeyGrant {
  const never = { expiresAt: null, lastUsedAt: null, disabledAt: null, revokedAt: null, rotatedTo: null };
  const key = { id: 'k', tenant: 't', user: 'u', name: '', hash: '', prefix: '', scopes: ['*'], createdAt: 0, createdBy: 'test', ...never };
  return { key, role, plan };
}

/** Members that every object has. */
const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

describe('a principal', () => {
  it('of a known role and plan may do what both cover', () => {
    expect(principals.forKey(grant('owner', null)).rights.has(read)).toBe(true);
  });

  it.each([...inherited, 'no such plan', ''])('of a tenant with the plan "%s", which nobody declared, may do nothing', (plan) => {
    const { rights } = principals.forKey(grant('owner', plan));
    expect([rights.has(read), rights.covers('things:read')]).toEqual([false, false]);
  });

  it.each([...inherited, 'no such role', ''])('with the role "%s", which nobody declared, may do nothing', (role) => {
    expect(principals.forKey(grant(role, null)).rights.has(read)).toBe(false);
    const person = { tenant: 't', user: 'u', role, plan: null, kind: 'idp', credential: 'i' } as const;
    expect(principals.forPerson(person).rights.covers('things:read')).toBe(false);
  });

  it.each(inherited)('of a tenant with the plan "%s" counts against no limit, for it may do nothing', (plan) => {
    expect(bucketsBy(tenancy)(principals.forKey(grant('owner', plan)), { presented: [] })).toEqual([]);
  });
});
