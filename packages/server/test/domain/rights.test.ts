import { defineOperation, people } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rightsOver } from '../../src/domain/rights.js';

const op = (name: string, access: Parameters<typeof defineOperation>[0]['access']) =>
  defineOperation({ name, title: name, description: name, access, input: z.object({}), output: z.object({}), effect: 'read' });

const read = op('things_read', { scope: 'things:read' });
const write = op('things_write', { scope: 'things:write' });
const keys = op('keys_list', { scope: null, plane: 'management' });
const open = op('open', { scope: null, by: ['none', 'key', 'idp'] });
const personal = op('personal', { scope: null, by: people });
const operator = op('tenants_all', { scope: null, by: ['none', 'key', 'session', 'idp', 'token'], plane: 'operator' });
const rightsOf = rightsOver([read, write, keys, open, personal, operator]);

describe('rights', () => {
  it('are what credential, role and plan all cover', () => {
    const rights = rightsOf({ kind: 'key', lists: [['*'], ['things:write'], ['things:read']] });
    expect([rights.has(read), rights.has(write)]).toEqual([true, false]);
  });

  it('are none where any list is empty, or there is none at all', () => {
    for (const lists of [[], [[]], [['*'], []]]) {
      const rights = rightsOf({ kind: 'key', lists });
      expect([rights.has(read), rights.has(write), rights.covers('things:read')]).toEqual([false, false, false]);
    }
  });

  it('of a key never reach management or what is for people, not even with *', () => {
    const rights = rightsOf({ kind: 'key', lists: [['*']] });
    expect([rights.has(keys), rights.has(personal)]).toEqual([false, false]);
  });

  it('of a person reach management', () => {
    expect(rightsOf({ kind: 'idp', lists: [['*']] }).has(keys)).toBe(true);
  });

  it('of whatever kind and extent never reach the operations over all tenants', () => {
    for (const kind of ['none', 'key', 'session', 'idp', 'token'] as const) expect(rightsOf({ kind, lists: [['*']] }).has(operator)).toBe(false);
  });

  it('of nobody reach what is open to all, and nothing else', () => {
    const rights = rightsOf({ kind: 'none', lists: [] });
    expect([read, write, keys, personal, open].map((each) => rights.has(each))).toEqual([false, false, false, false, true]);
  });

  it('are the same object for the same bounds, in whatever order they are written', () => {
    expect(rightsOf({ kind: 'key', lists: [['things:read', 'things:write']] })).toBe(
      rightsOf({ kind: 'key', lists: [['things:write', 'things:read', 'things:read']] }),
    );
  });

  it('of another kind of credential are others', () => {
    expect(rightsOf({ kind: 'key', lists: [['*']] }).cacheKey).not.toBe(rightsOf({ kind: 'idp', lists: [['*']] }).cacheKey);
  });
});
