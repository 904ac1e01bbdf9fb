import { createWriteStream } from 'node:fs';
import { isAbsolute } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal, refuse, refuseField } from '../../index.js';
import { UsageError } from '../failure.js';
import type { Command, Option } from './command.js';
import { knownUser, unknownTenant } from './owners.js';

const sure: Option = { flags: '--yes', description: 'it cannot be undone, and you mean it' };
const UNSURE = new UsageError('This cannot be undone: give --yes.');

export const exportTenant: Command = {
  name: 'tenant export',
  summary: 'write all that is kept of a tenant into a file of JSON lines, without secrets',
  arguments: ['tenant'],
  options: [{ flags: '--file <path>', description: 'a new file, by its absolute path: a server that runs writes it', required: true }],
  heading: () => 'The tenant is exported. The file holds what its members keep here: mind who can read it.',
  prepare: ({ tenant = '', file = '' }) => {
    if (!isAbsolute(file)) return new UsageError('--file must be an absolute path: where a server runs, it writes the file.');
    return async ({ gatehouse }) => {
      const found = await gatehouse.store.tenants.find(tenant);
      if (found === undefined) return unknownTenant();
      const written = await writeNew(file, gatehouse.exports.tenant(found.id).bytes);
      return written instanceof Refusal ? written : { tenant: found.id, file, bytes: written };
    };
  },
};

export const deleteTenant: Command = {
  name: 'tenant delete',
  summary: 'delete a tenant: nobody can act in it from now on, and its rows go by and by',
  arguments: ['tenant'],
  options: [sure],
  heading: () => 'The tenant is closed. Its rows are deleted while a server runs.',
  prepare: ({ tenant = '', yes }) => {
    if (yes === undefined) return UNSURE;
    return async ({ gatehouse }) => {
      const found = await gatehouse.store.tenants.find(tenant);
      if (found === undefined) return unknownTenant();
      return (await gatehouse.endings.endTenant({ tenant, name: found.name, by: null })) ?? { id: tenant, name: found.name };
    };
  },
};

export const deleteUser: Command = {
  name: 'user delete',
  summary: 'delete a user, with all that is theirs alone; refused while others would be left without an owner',
  arguments: ['user'],
  options: [sure],
  heading: () =>
    'The user is gone: every key, session and grant of theirs is refused from now on. The rows of their own space are deleted while a server runs.',
  prepare: ({ user = '', yes }) => {
    if (yes === undefined) return UNSURE;
    return async ({ gatehouse }) => {
      const id = await knownUser(gatehouse, user);
      if (id instanceof Refusal) return id;
      const email = (await gatehouse.store.users.find(id))?.email ?? '';
      return (await gatehouse.endings.endPerson({ user: id, email })) ?? { id, email };
    };
  },
};

/** Readable by its owner alone, and never over a file that is there. Answers how many bytes it has. */
async function writeNew(file: string, bytes: AsyncIterable<Uint8Array>): Promise<number | Refusal> {
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(Readable.from(bytes), stream);
    return stream.bytesWritten;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return refuse('conflict', 'There is a file of this name already: nothing was written.');
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') return refuseField('file', `cannot be written (${code})`);
    throw error;
  }
}
