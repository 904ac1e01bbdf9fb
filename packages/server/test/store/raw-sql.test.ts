import { expect, test } from 'vitest';
import { RefusedQuery } from '../../src/store/sql/guard-expressions.js';
import { readRawSql, rawSqlRules } from '../../src/store/sql/raw-sql.js';

const numbered = (sql: string): string => readRawSql(sql).text((n) => `$${n}`);

const readable: Readonly<Record<string, readonly [sql: string, as: string, parameters: number]>> = {
  'a select with parameters': ['select * from notes where a = ? and b=?', 'select * from notes where a = $1 and b=$2', 2],
  'question marks in strings, names and comments, which are no parameters': [`select '?', "?", ? /* ? */ from notes -- ?`, `select '?', "?", $1 from notes`, 1],
  'a with, and a values': ['with x (n) as (values (1), (?)) select n from x', 'with x (n) as (values (1), ($1)) select n from x', 1],
  'values alone': ['VALUES (1, 2)', 'VALUES (1, 2)', 0],
  'a semicolon at its end': ['select 1 ; -- done', 'select 1', 0],
  'quotes within quotes': [`select 'it''s ; --', "a "" /* b"`, `select 'it''s ; --', "a "" /* b"`, 0],
  'comments that stand for white space': ['select/**/1--x\r,2/* ; */\n', 'select 1 ,2', 0],
  'the columns of an alias': ['select n.id, n.* from notes as n', 'select n.id, n.* from notes as n', 0],
  'numbers of every shape': ['select 1, 1.5, .5, 2., 1e3, 1.5E-3, 0xff', 'select 1, 1.5, .5, 2., 1e3, 1.5E-3, 0xff', 0],
  'operators of both databases': [
    `select a->>'x', b -> 1, a||b, x::text, j @> ?, j #>> k, a<>b, a!=b, ~a, a<<1, a - -1 from notes`,
    `select a->>'x', b -> 1, a||b, x::text, j @> $1, j #>> k, a<>b, a!=b, ~a, a<<1, a - -1 from notes`,
    1,
  ],
  'the function replace': ["select replace(a, 'x', 'y') from notes", "select replace(a, 'x', 'y') from notes", 0],
  'words that write, as quoted names': ['select "update", n."into" from notes n', 'select "update", n."into" from notes n', 0],
  'letters of any language in quotes': [`select "größe" from notes where x = 'ｍain'`, `select "größe" from notes where x = 'ｍain'`, 0],
  'names that hold a reserved beginning further on': ['select my_gatehouse_id from page_pg_notes', 'select my_gatehouse_id from page_pg_notes', 0],
  'the name of a function that is refused, as a column': ['select changes, n.edit from notes n', 'select changes, n.edit from notes n', 0],
};

test.each(Object.entries(readable))('%s is read as both databases would read it', (_, [sql, as, parameters]) => {
  expect(numbered(sql)).toBe(as);
  expect(readRawSql(sql).parameters).toBe(parameters);
});

test('a statement that was read is read again as itself', () => {
  for (const [sql] of Object.values(readable)) {
    const once = readRawSql(sql).text(() => '?');
    expect(readRawSql(once).text(() => '?')).toBe(once);
  }
});

for (const [rule, { refused, instead, examples }] of Object.entries(rawSqlRules)) {
  test.each(examples)(`refused by the rule "${rule}", which says what to do: %j`, (sql) => {
    const attempt = (): unknown => readRawSql(sql);
    expect(attempt).toThrow(RefusedQuery);
    expect(attempt).toThrow(refused);
    expect(attempt).toThrow(instead);
  });
}

const spaces = ['/**/', '--x\n', '\n', '\t', ' /* a */ -- b\r'];
const spellings = (name: string): string[] => [name, name.toUpperCase(), `"${name}"`, `'${name}'`, `\`${name}\``, `[${name}]`];

test('no spelling of a qualified name is read', () => {
  let tried = 0;
  for (const schema of ['main', 'temp', 'public', 'pg_catalog', 'information_schema', 'sqlite_schema'].flatMap(spellings)) {
    for (const table of spellings('notes')) {
      for (const space of ['', ...spaces]) {
        expect(() => readRawSql(`select * from ${schema}${space}.${space}${table}`)).toThrow(RefusedQuery);
        tried += 1;
      }
    }
  }
  expect(tried).toBe(6 * 6 * 6 * 6);
});

test("no spelling of Gatehouse's and the databases' tables is read", () => {
  for (const table of ['gatehouse_keys', 'sqlite_schema', 'sqlite_temp_master', 'pg_authid', 'pragma_table_list', 'dbstat'].flatMap(spellings)) {
    for (const space of spaces) {
      for (const sql of [
        `select * from${space}${table}`,
        `select (select 1 from${space}${table}${space}limit 1)`,
        `with x as (values (1)) select * from x, ${table}`,
      ]) {
        expect(() => readRawSql(sql)).toThrow(RefusedQuery);
      }
    }
  }
});

test('a statement cut anywhere is read or refused, and nothing else is thrown', () => {
  const sql = `with x as (select 'a''b' as "c""d", ? /* e */ from notes -- f\n) select x.*, 1.5e3, a->>'g' from x where u&v = ? and b::text <> U&'h' ;`;
  for (let end = 0; end <= sql.length; end += 1) {
    for (let start = 0; start <= end; start += 1) {
      try {
        readRawSql(sql.slice(start, end));
      } catch (error) {
        expect(error).toBeInstanceOf(RefusedQuery);
      }
    }
  }
});

test('what is refused is told by its name, with what to do instead', () => {
  expect(() => readRawSql('select * from main.notes')).toThrow('Refused query: raw SQL holds "main", a name qualified with a schema');
  expect(() => readRawSql('delete from notes')).toThrow(/"delete".*write with db/);
});
