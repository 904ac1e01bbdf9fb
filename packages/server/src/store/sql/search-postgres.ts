import type { SearchStore } from '../search.js';
import type { RunRows } from './own-tables.js';
import { text } from './rows.js';

/** What stands between words, as blanks: the database's parser makes more of it than words (addresses, paths, numbers with a sign). */
const BETWEEN = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~«»‘’“”„…–—·•、。，！？（）「」';

/** Folds letters of all scripts, whatever the database's own language is. */
function folding(version: number): string {
  if (version >= 180_000) return '"pg_unicode_fast"';
  return version >= 170_000 ? '"pg_c_utf8"' : '"und-x-icu"';
}

/** Characters of a row's text that are searched: with more, their words may be more than the database takes for one row (a megabyte). */
const SEARCHED = 150_000;
/** Bytes of the longest word that the database keeps. */
const LONGEST_WORD = 2046;

const folded = (texts: string, version: number): string =>
  `pg_catalog.lower(pg_catalog.translate(${texts}, ${literal(BETWEEN)}, ${literal(' '.repeat([...BETWEEN].length))}) collate ${folding(version)})`;

const wordsFunction = (texts: string, version: number): string =>
  `function gatehouse_words(source text, tenant text, texts text) returns tsvector language sql immutable parallel safe as $$
  select pg_catalog.to_tsvector('pg_catalog.simple', ${folded(texts, version)})
    || pg_catalog.array_to_tsvector(array['/' || source || '/' || tenant])
$$`;

/** Of long texts the beginning is searched. */
export const searchBoundDdl = (_schema: string, version: number): readonly string[] => [
  `create or replace ${wordsFunction(`pg_catalog.left(texts, ${SEARCHED})`, version)}`,
];

/**
 * One index for all tables, in a table that only the serving role reads: beside row-level security the database does not use an index of
 * words. Each row has a word that only one tenant's rows of one table have, so that what others write costs nobody anything.
 */
export const searchDdl = (schema: string, version: number): readonly string[] => [
  `create table gatehouse_search (
  source text collate "C" not null,
  tenant_id text collate "C" not null,
  id text collate "C" not null,
  doc bigint generated always as identity,
  words tsvector not null,
  primary key (source, tenant_id, id)
)`,
  'create index gatehouse_search_words on gatehouse_search using gin (words)',
  `create ${wordsFunction('texts', version)}`,
  // With the rights of who migrated: a tenant writes its own rows, and what is found by them follows.
  `create function gatehouse_search_changed() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare texts text;
begin
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and (old.tenant_id, old.id) is distinct from (new.tenant_id, new.id)) then
    delete from ${schema}.gatehouse_search s where s.source = tg_table_name and s.tenant_id = old.tenant_id and s.id = old.id;
  end if;
  if tg_op <> 'DELETE' then
    select string_agg(to_jsonb(new) ->> name, ' ') into texts from unnest(tg_argv) as name;
    insert into ${schema}.gatehouse_search (source, tenant_id, id, words)
      values (tg_table_name, new.tenant_id, new.id, ${schema}.gatehouse_words(tg_table_name, new.tenant_id, coalesce(texts, '')))
      on conflict (source, tenant_id, id) do update set words = excluded.words;
  end if;
  return null;
end $$`,
];

/** What keeps the index of one table true, and what fills it. Names have been checked. */
export function searchTriggers(table: string, columns: readonly string[], filled: boolean): readonly string[] {
  const run = `execute function gatehouse_search_changed(${columns.map(literal).join(', ')})`;
  const list = (row: string): string => ['tenant_id', 'id', ...columns].map((column) => `${row}."${column}"`).join(', ');
  const texts = `concat_ws(' ', ${columns.map((column) => `"${column}"`).join(', ')})`;
  return [
    `create trigger gatehouse_search after insert or delete on "${table}" for each row ${run}`,
    `create trigger gatehouse_search_in after update on "${table}" for each row when ((${list('old')}) is distinct from (${list('new')})) ${run}`,
    ...(filled
      ? [
          // Its owner, too, sees rows of one tenant at a time. Forced again where policies are made sure of, in the same transaction.
          `alter table "${table}" no force row level security`,
          `insert into gatehouse_search (source, tenant_id, id, words) select '${table}', tenant_id, "id", gatehouse_words('${table}', tenant_id, ${texts}) from "${table}"`,
          `alter table "${table}" force row level security`,
        ]
      : []),
  ];
}

export function dropSearch(table: string): readonly string[] {
  return [
    `drop trigger gatehouse_search on "${table}"`,
    `drop trigger gatehouse_search_in on "${table}"`,
    `delete from gatehouse_search where source = '${table}'`,
  ];
}

function literal(value: string): string {
  return `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

const FIND = `select id from gatehouse_search where words @@ $1::tsquery and source = $2 and tenant_id = $3 order by doc desc limit $4`;

export class PostgresSearch implements SearchStore {
  readonly #read: RunRows;

  constructor(read: RunRows) {
    this.#read = read;
  }

  async find(tenant: string, table: string, words: readonly string[], limit: number): Promise<readonly string[]> {
    // One that is too long for the index is in no row, and no question either.
    if (words.length === 0 || words.some((word) => Buffer.byteLength(word) > LONGEST_WORD)) return [];
    const query = [`/${table}/${tenant}`, ...words].map(lexeme).join(' & ');
    const rows = await this.#read(FIND, [`${query}:*`, table, tenant, limit], 'gatehouse_search_find');
    return rows.map((row) => text(row.id));
  }
}

/** Quoted (PostgreSQL, section 8.11.2). */
function lexeme(word: string): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
