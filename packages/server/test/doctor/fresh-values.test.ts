import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Attempt } from '../../src/doctor/attempt.js';
import { judgeOf } from '../../src/doctor/judge.js';
import type { Settled } from '../../src/doctor/world.js';
import { Seal } from '../../src/domain/seal.js';

const ROW = '64aed18101d27bba60dce608';
const inhabitant = (name: string, id: string): Settled => ({
  party: { tenant: name, tenants: [name], users: [] },
  ...{ mark: `${name}mark`, key: 'key', token: 'token', session: 'session', calling: [], known: [{ table: 'things', id }] },
  rows: new Map([['things', new Map([['1', JSON.stringify({ id })]])]]),
});
const judge = judgeOf(inhabitant('a', '64aed18101d27bba60dce600'), inhabitant('b', ROW), 'key_', []);

/** Whether two answers to what was sent say the same. */
function alike(one: string, other: string, sent = ''): boolean {
  const request = { method: 'POST', path: '/things', headers: {}, sent };
  const attempt: Attempt = { target: 'things_create', attack: 'header', detail: 'REST', request, changes: true };
  const normalised = (text: string) => judge.normalised(attempt, { status: 200, headers: {}, text: JSON.stringify({ value: text }) });
  return judge.same(normalised(one), normalised(other));
}

it('ids of 24 hex digits that were made for the answer are no difference; those of rows, and those that were sent, are', () => {
  const [one, other] = ['664f1a2b3c4d5e6f7a8b9c0d', '664f1a2b3c4d5e6f7a8b9c0e'];
  expect(alike(one, other)).toBe(true);
  expect(alike(one, ROW)).toBe(false);
  expect(alike(one, other, one)).toBe(false);
  expect(alike(`${one}0`, `${other}0`)).toBe(false);
});

it('texts that the server closed are no difference, whatever they happen to hold; digests, and long texts that were sent, are', () => {
  const seal = new Seal(randomBytes(32), randomBytes);
  const [one, other] = [seal.close('x'.repeat(50), 'one'), seal.close('y'.repeat(50), 'one')];
  expect(alike(one, other)).toBe(true);
  expect(alike(one, other, one)).toBe(false);
  expect(alike(`${'Ab3-'.repeat(15)}key_${'Cd4_'.repeat(10)}`, `${'Ef5-'.repeat(15)}-${'1'.repeat(12)}-${'Gh6_'.repeat(10)}`)).toBe(true);
  expect(alike('0a'.repeat(50), '0b'.repeat(50))).toBe(false);
});

it('a stranger’s id, put in the place of the victim’s, has 24 hex digits as well', () => {
  const standIn = judge.standIn({ method: 'GET', path: `/things/${ROW}`, headers: {}, sent: ROW });
  expect(standIn?.path).toMatch(/^\/things\/[0-9a-f]{24}$/);
  expect(standIn?.path).not.toContain(ROW);
});
