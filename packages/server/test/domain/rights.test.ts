import { defineOperation, people } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rightsOver, within } from '../../src/domain/rights.js';

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

  it('of a program that somebody let in are what was granted, within that person’s role and the plan; the rest of these is what may be asked for', () => {
    const rights = rightsOf({ kind: 'token', lists: [['*'], ['things:write']], granted: ['things:read'] });
    expect([rights.has(read), rights.has(write), rights.grantable(read), rights.grantable(write)]).toEqual([true, false, false, true]);
    expect([rights.covers('things:read'), rights.covers('things:write')]).toEqual([true, false]);
    expect([rights.grantable(keys), rights.grantable(personal), rights.grantable(operator), rights.grantable(open)]).toEqual([false, false, false, false]);
    expect(rights.stepUp(['things:write'])).toEqual(['things:read', 'things:write']);
    expect(rights.stepUp([])).toBeUndefined();
  });

  it('ask for nothing that role and plan do not cover, nor for what is no scope, nor for what they would not get again', () => {
    const narrow = rightsOf({ kind: 'token', lists: [['things:read']], granted: ['*', 'other:write'] });
    expect([narrow.has(read), narrow.has(write), narrow.grantable(write), narrow.stepUp(['things:write'])]).toEqual([true, false, false, undefined]);
    const empty = rightsOf({ kind: 'token', lists: [['*']], granted: [] });
    expect([empty.has(read), empty.grantable(read)]).toEqual([false, true]);
    for (const odd of ['*', 'things:read"', 'a b', '']) expect(empty.stepUp([odd])).toBeUndefined();
    const shrunk = rightsOf({ kind: 'token', lists: [['things:read']], granted: ['other:write'] });
    expect(shrunk.stepUp(['things:read'])).toEqual(['things:read']);
  });

  it('of a key, or of a token that acts for one, can be widened by nobody', () => {
    for (const kind of ['key', 'session', 'idp', 'token'] as const) {
      const rights = rightsOf({ kind, lists: [['things:read'], ['*']] });
      expect([rights.grantable(write), rights.stepUp(['things:write']), rights.consented]).toEqual([false, undefined, false]);
    }
  });

  it('with a grant are other rights than without one', () => {
    const bounds = { kind: 'token', lists: [['*']] } as const;
    expect(rightsOf({ ...bounds, granted: ['*'] }).cacheKey).not.toBe(rightsOf(bounds).cacheKey);
    expect(rightsOf({ ...bounds, granted: ['*'] }).cacheKey).not.toBe(rightsOf({ ...bounds, lists: [['*'], ['*']] }).cacheKey);
    expect(rightsOf({ ...bounds, granted: [] }).has(read)).toBe(false);
  });
});

describe('what is within two lists', () => {
  it.each([
    [['*'], ['things:read'], ['things:read']],
    [['things:write'], ['things:read'], ['things:read']],
    [['things:read', 'things:write'], ['things:write'], ['things:read', 'things:write']],
    [['things:read'], ['other:read'], []],
    [['*'], [], []],
    [[], ['*'], []],
    [['*'], ['*'], ['*']],
  ])('%j and %j is %j', (one, other, both) => {
    expect([...within(one, other)].sort()).toEqual(both);
    expect([...within(other, one)].sort()).toEqual(both);
  });
});
