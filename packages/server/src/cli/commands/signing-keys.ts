import { isoSeconds } from '../../index.js';
import type { Command } from './command.js';

export const listSigningKeys: Command = {
  name: 'signing-key list',
  summary: 'list the keys that access tokens are signed with, newest first',
  options: [],
  empty: 'No signing keys: the first is made when it is needed.',
  prepare:
    () =>
    async ({ gatehouse }) =>
      (await gatehouse.signingKeys.list()).map(shown),
};

export const rotateSigningKey: Command = {
  name: 'signing-key rotate',
  begins: true,
  summary: 'sign with a new key from now on',
  options: [],
  heading: () => 'This key is published now, and every process signs with it in three minutes. The old ones are published until what they signed has expired.',
  prepare:
    () =>
    async ({ gatehouse }) =>
      shown(await gatehouse.signingKeys.rotate()),
};

interface Key {
  readonly id: string;
  readonly algorithm: string;
  readonly createdAt: number;
  readonly retiredAt: number | null;
}

function shown({ id, algorithm, createdAt, retiredAt }: Key): object {
  return { id, algorithm, created_at: isoSeconds(createdAt), retired_at: retiredAt === null ? null : isoSeconds(retiredAt) };
}
