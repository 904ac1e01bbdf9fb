import { resolve } from 'node:path';
import { backUp, restoreInto } from '../../backup.js';
import { databaseIn, secretFile } from '../../data-folder.js';
import { Given } from '../../config-given.js';
import { namedPlatform } from '../setup.js';
import type { Command, Instead } from './command.js';

export const backup: Command = {
  name: 'backup',
  summary: 'copy a SQLite database into a file, while it is served or not',
  arguments: ['file'],
  options: [{ flags: '--force', description: 'replace the file where it is there already' }],
  heading: () => 'The database is copied and the copy checked. It cannot be used without the root secret: keep that with it, and not only there.',
  instead: {
    onPostgres: refusePostgres('pg_dump'),
    async onFolder({ file = '', force }, folder, { config, surroundings: { cwd } }) {
      const copy = await backUp(databaseIn(folder), resolve(cwd, file), force !== undefined);
      return { ...copy, root_secret: config.secret === undefined ? secretFile(folder) : 'GATEHOUSE_SECRET' };
    },
  },
};

export const restore: Command = {
  name: 'restore',
  summary: 'put a copy made by `gatehouse backup` in the place of a SQLite database, with no server running',
  arguments: ['file'],
  options: [],
  heading: () => 'The copy is in place. Whatever changed after it was made is as before: revoke again the keys that were revoked since.',
  instead: {
    onPostgres: refusePostgres('pg_restore'),
    async onFreeFolder({ file = '' }, folder, { config, surroundings }) {
      const { replaced, ...copy } = await restoreInto(folder, resolve(surroundings.cwd, file), config.secret, await namedPlatform(surroundings));
      return { ...copy, database: folder.databaseFile, replaced, root_secret: config.secret === undefined ? secretFile(folder.path) : 'GATEHOUSE_SECRET' };
    },
  },
};

function refusePostgres(tool: string): NonNullable<Instead['onPostgres']> {
  return async (_given, _url, { surroundings: { flags, environment } }) => {
    throw new Given<'database'>(flags, environment).fault(
      'database',
      `PostgreSQL has tools of its own for this: use ${tool} (docs/guide/backup.md), and keep GATEHOUSE_SECRET with the copy.`,
    );
  };
}
