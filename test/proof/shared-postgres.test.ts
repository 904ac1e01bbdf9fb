import { expect, it } from 'vitest';
import { newDatabase, queryAt, sharedPostgres } from '../support/postgres.js';

it('each test database is empty and of its own, and dropping it leaves neither it nor its roles behind', async () => {
  const [one, two] = await Promise.all([newDatabase(), newDatabase()]);
  await one.query('create table only_here (x int)');
  await one.query(`create role ${one.name}_serving nologin`);
  await one.query(`grant select on only_here to ${one.name}_serving`);
  expect(await two.query("select 1 from pg_tables where schemaname = 'public'")).toEqual([]);
  await Promise.all([one.drop(), two.drop()]);
  const left = await queryAt(
    await sharedPostgres(),
    'select datname as name from pg_database where datname = any($1) union select rolname from pg_roles where starts_with(rolname, $2)',
    [[one.name, two.name], one.name],
  );
  expect(left).toEqual([]);
});
