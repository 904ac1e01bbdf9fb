import { shownDatabase } from '../../config.js';
import { migrateFor } from '../../postgres-place.js';
import { UsageError } from '../failure.js';
import { inWords } from '../open-site.js';
import { isRecord } from '../record.js';
import { loadSetup } from '../setup.js';
import type { Answer, Command, Given, Ground } from './command.js';

/** On SQLite, opening the database migrates it; this says what came of it. */
export const migrate: Command = {
  name: 'migrate',
  begins: true,
  summary: 'bring the database to what this version and the platform need, and say what was done',
  options: [{ flags: '--reset-password', description: 'PostgreSQL: give the serving role a new password, and show its URL' }],
  forOwner: true,
  heading: (_given, answer) => `The database is up to date.${aboutUrl(answer)}`,
  instead: { onPostgres },
  prepare(given) {
    if (given.resetPassword !== undefined) return new UsageError('--reset-password is for PostgreSQL: give --database-admin too.');
    return async ({ opening }) => {
      if (opening === undefined) throw new Error('On PostgreSQL opening the database migrates nothing');
      const { database, schemaBefore, schema, tablesAdded } = opening;
      return { database, schema_before: schemaBefore, schema, tables_added: tablesAdded };
    };
  },
};

/** On PostgreSQL: what to do with the URL, or how to get one. */
function aboutUrl(answer: unknown): string {
  if (!isRecord(answer) || answer.database_url === undefined) return '';
  return answer.database_url === null
    ? ' The serving role has its password already, which is stored nowhere here: --reset-password gives it another one.'
    : '\nServe with `database_url`, as GATEHOUSE_DATABASE. It holds a password and is shown only now.';
}

async function onPostgres(given: Given, adminUrl: string, { surroundings }: Ground): Promise<Answer> {
  const { platform } = await loadSetup(surroundings);
  const { servingRole, url, schemaBefore, schema, tablesAdded } = await migrateFor(platform, {
    adminUrl,
    now: surroundings.now,
    resetPassword: given.resetPassword !== undefined,
  }).catch(inWords(platform.name, shownDatabase(adminUrl)));
  return {
    database: shownDatabase(adminUrl),
    serving_role: servingRole,
    database_url: url,
    schema_before: schemaBefore,
    schema,
    tables_added: tablesAdded,
  };
}
