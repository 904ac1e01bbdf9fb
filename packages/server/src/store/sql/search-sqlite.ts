import type { SearchStore } from '../search.js';
import type { RunRows } from './own-tables.js';
import { text } from './rows.js';

/**
 * One index for all tables. `scope` is a single word that only one tenant's rows of one table have, so that what others write costs
 * nobody anything. The rows of the index are numbered by a table of their own: the numbers of other tables' rows may change.
 */
export const searchDdl: readonly string[] = [
  `create table gatehouse_search (
  doc integer primary key,
  source text not null,
  tenant_id text not null,
  id text not null,
  unique (source, tenant_id, id)
) strict`,
  `create virtual table gatehouse_words using fts5 (scope, words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0")`,
];

const scopeSql = (table: string, tenant: string): string => `hex('${table}/' || ${tenant})`;
const textSql = (row: string, columns: readonly string[]): string => columns.map((column) => `coalesce(${row}."${column}", '')`).join(` || ' ' || `);

/** What keeps the index of one table true, and what fills it. Names have been checked. */
export function searchTriggers(table: string, columns: readonly string[]): readonly string[] {
  const doc = (row: string): string => `(select doc from gatehouse_search where source = '${table}' and tenant_id = ${row}.tenant_id and id = ${row}."id")`;
  const changed = ['tenant_id', 'id', ...columns].map((column) => `old."${column}" is not new."${column}"`).join(' or ');
  return [
    `create trigger ${triggerName(table, 'insert')} after insert on "${table}" begin
  insert into gatehouse_search (source, tenant_id, id) values ('${table}', new.tenant_id, new."id");
  insert into gatehouse_words (rowid, scope, words) values (${doc('new')}, ${scopeSql(table, 'new.tenant_id')}, ${textSql('new', columns)});
end`,
    `create trigger ${triggerName(table, 'update')} after update on "${table}" when ${changed} begin
  update gatehouse_search set tenant_id = new.tenant_id, id = new."id" where doc = ${doc('old')};
  update gatehouse_words set scope = ${scopeSql(table, 'new.tenant_id')}, words = ${textSql('new', columns)} where rowid = ${doc('new')};
end`,
    `create trigger ${triggerName(table, 'delete')} after delete on "${table}" begin
  delete from gatehouse_words where rowid = ${doc('old')};
  delete from gatehouse_search where doc = ${doc('old')};
end`,
    `insert into gatehouse_search (source, tenant_id, id) select '${table}', tenant_id, "id" from "${table}" order by rowid`,
    `insert into gatehouse_words (rowid, scope, words) select d.doc, ${scopeSql(table, 't.tenant_id')}, ${textSql('t', columns)}
from gatehouse_search d join "${table}" t on t.tenant_id = d.tenant_id and t."id" = d.id where d.source = '${table}'`,
  ];
}

export function dropSearch(table: string): readonly string[] {
  return [
    ...(['insert', 'update', 'delete'] as const).map((verb) => `drop trigger ${triggerName(table, verb)}`),
    `delete from gatehouse_words where rowid in (select doc from gatehouse_search where source = '${table}')`,
    `delete from gatehouse_search where source = '${table}'`,
  ];
}

/** A colon is in no declared name. */
function triggerName(table: string, verb: 'insert' | 'update' | 'delete'): string {
  return `"gatehouse_search:${table}:${verb}"`;
}

const FIND = `select d.id from gatehouse_words join gatehouse_search d on d.doc = gatehouse_words.rowid
where gatehouse_words match ? and d.source = ? and d.tenant_id = ? order by gatehouse_words.rowid desc limit ?`;

export class SqliteSearch implements SearchStore {
  readonly #read: RunRows;

  constructor(read: RunRows) {
    this.#read = read;
  }

  async find(tenant: string, table: string, words: readonly string[], limit: number): Promise<readonly string[]> {
    if (words.length === 0) return [];
    const scope = Buffer.from(`${table}/${tenant}`).toString('hex').toUpperCase();
    const wanted = words.map((word) => `"${word}"`).join(' AND ');
    const rows = await this.#read(FIND, [`scope : "${scope}" AND words : (${wanted} *)`, table, tenant, limit], 'gatehouse_search_find');
    return rows.map((row) => text(row.id));
  }
}
