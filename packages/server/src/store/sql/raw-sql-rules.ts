/** Something that raw SQL may not hold. */
export interface RawSqlRule {
  readonly refused: string;
  readonly instead: string;
  /** Statements that are refused by this rule: a test runs each. */
  readonly examples: readonly string[];
}

/** All that is refused in `unsafe`, for documents and tests to print. The words and names are in the lists below. */
export const rawSqlRules = {
  opening: {
    refused: 'a statement that does not begin with select, with or values',
    instead: 'raw SQL only reads; write with db, and begin and end transactions with tx',
    examples: [
      '',
      '-- nothing',
      "insert into notes values ('x')",
      'update notes set id = 1',
      'delete from notes',
      "attach 'x' as y",
      'pragma table_list',
    ].concat(
      ['begin', 'rollback', 'savepoint x', 'vacuum', 'explain select 1', "set role 'x'", '(select 1)', 'table notes', 'do 1', 'create table x (y)'],
      ['drop view temp.notes', 'copy notes to program 1', 'call x()', 'lock notes', 'reset role', 'show all', 'execute x', 'detach x'],
    ),
  },
  second: {
    refused: 'a second statement',
    instead: 'run one statement at a time',
    examples: ['select 1; select 2', 'select 1; delete from notes', 'select 1;;', 'select (1;)'],
  },
  word: {
    refused: 'a word that writes or locks, outside quotes',
    instead: 'raw SQL only reads; where it is a name, put it in double quotes',
    examples: ['with x as (delete from notes returning *) select * from x', 'with x as (select 1) insert into notes select * from x'].concat(
      ['with x as (select 1) update notes set id = 1', 'with x as (select 1) replace into notes select 1', 'select * into copy from notes'],
      ['with x as (select 1) merge into notes using x on true when matched then delete', 'select * from notes for update'],
    ),
  },
  name: {
    refused: "a name or a string that begins as Gatehouse's and the database's own names do",
    instead: 'those are out of reach; pass a value as a parameter',
    examples: ['select * from gatehouse_keys', 'select * from "GATEHOUSE_keys"', "select * from 'gatehouse_keys'", 'select * from sqlite_schema'].concat(
      ['select * from SQLITE_MASTER', 'select * from sqlite_temp_schema', "select * from pragma_table_info('notes')", 'select * from pg_authid'],
      ['select * from information_schema.tables', 'select gatehouse_tenant()', "select pg_read_file('x')", "select '1'::pg_lsn", 'select * from dbstat'],
    ),
  },
  qualified: {
    refused: 'a name qualified with a schema, and an alias that is called like one',
    instead: 'name the table alone, and give it an alias where its columns need one',
    examples: ['select * from main.notes', 'select * from "main"."notes"', 'select * from MAIN . notes', 'select * from main/**/./**/notes'].concat(
      ["select * from 'main'.'notes'", "select * from 'main'.notes", "select * from main.'notes'", 'select * from temp.notes', 'select * from public.notes'],
      ['select main.notes.id from notes', 'select x.notes.id from notes', 'select 1 as x from notes as main where main.id = 1'],
    ),
  },
  function: {
    refused: 'a function that reads settings, files, sequences, other tables or other databases, or that runs SQL of its own',
    instead: 'read rows, and reckon with plain functions',
    examples: [
      "select current_setting('role')",
      "select set_config('role', 'x', true)",
      "select \"set_config\" ('x', 'y', true)",
      "select load_extension('x')",
    ].concat(
      ["select readfile('x')", "select writefile('x', 'y')", "select lo_import('x')", "select * from dblink('x', 'y') as t (i int)", "select nextval('x')"],
      ["select query_to_xml('select 1', true, true, '')", "select database_to_xml(true, true, '')", 'select last_insert_rowid()', "select ts_stat('select 1')"],
    ),
  },
  quoting: {
    refused: 'a name in `…` or […], and a letter right before a quote',
    instead: 'databases read these differently: put names in double quotes, strings in single ones, and pass anything else as a parameter',
    examples: [
      'select * from `notes`',
      'select * from [notes]',
      "select E'x'",
      "select x'00'",
      "select U&'x'",
      'select * from U&"notes"',
      'select * from "notes',
      "select 'x",
    ],
  },
  backslash: {
    refused: 'a backslash in a string',
    instead: 'databases read it differently: pass the string as a parameter',
    examples: [String.raw`select 'x\'' from notes`, String.raw`select '\'`],
  },
  dollar: {
    refused: 'a dollar sign outside quotes, and any parameter but ?',
    instead: 'write ? for each parameter',
    examples: ['select $1', 'select $$x$$', 'select $tag$x$tag$', 'select ?1', 'select :name', 'select @name', 'select #name', 'select a$b'],
  },
  comment: {
    refused: 'a comment that holds the beginning of another one, or that does not end',
    instead: 'databases read it differently: leave the comment out',
    examples: ['select 1 /* x /* y */ */', 'select 1 /* x', 'select 1 /* x /* */ from gatehouse_keys -- */'],
  },
  character: {
    refused: 'a character that SQL does not know, and letters other than a to z outside quotes',
    instead: 'put names that need such letters in double quotes',
    examples: [
      'select * from nótes',
      'select * from ｍain.notes',
      'select 1\u{a0}',
      'select \0',
      "select 'x\0'",
      '\u{feff}select 1',
      'select {x}',
      'select 1x',
      'select \\',
    ],
  },
} satisfies Record<string, RawSqlRule>;

/** The only first words. */
export const openingWords: ReadonlySet<string> = new Set(['select', 'with', 'values']);

/** `replace(…)` is a function, and the one that is let through. */
export const refusedWords: ReadonlySet<string> = new Set([
  ...['insert', 'update', 'delete', 'replace', 'merge', 'into', 'truncate', 'returning'],
  ...['attach', 'detach', 'pragma', 'vacuum', 'reindex', 'create', 'alter', 'drop', 'grant', 'revoke', 'copy'],
]);

/** How names begin that raw SQL may not hold, in a string neither: SQLite takes strings for names. */
export const refusedBeginnings: readonly string[] = ['gatehouse_', 'sqlite_', 'pg_', 'pragma_', 'information_schema', 'dbstat'];

/** Names that may not stand before a dot: what is found by them is not what is found without. */
export const refusedSchemas: ReadonlySet<string> = new Set(['main', 'temp', 'public']);

/** Functions, by name or, with a star, by how it begins. */
export const refusedFunctions: readonly string[] = [
  ...['current_setting', 'set_config', 'load_extension', 'readfile', 'writefile', 'readblob', 'edit', 'eval', 'fsdir', 'fts3_tokenizer', 'fts5', 'zipfile'],
  ...['rtreecheck', 'last_insert_rowid', 'changes', 'total_changes', 'nextval', 'setval', 'currval', 'lastval', 'dblink*', 'lo_*', 'loread', 'lowrite'],
  ...[
    'query_to_xml*',
    'table_to_xml*',
    'schema_to_xml*',
    'database_to_xml*',
    'cursor_to_xml*',
    'ts_stat',
    'ts_rewrite',
    'crosstab*',
    'connectby',
    'xpath_table',
  ],
];
