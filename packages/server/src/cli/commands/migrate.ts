import type { Command } from './command.js';

/** Opening the database migrates it; this says what came of it. */
export const migrate: Command = {
  name: 'migrate',
  summary: 'bring the database to what this version needs, and say what was done',
  options: [],
  heading: () => 'The database is up to date.',
  prepare:
    () =>
    async ({ opening: { databaseFile, schemaBefore, schema, tablesAdded } }) => ({
      database: databaseFile,
      schema_before: schemaBefore,
      schema,
      tables_added: tablesAdded,
    }),
};
