import type { LinkRecord, LinkStore } from '../links.js';
import type { OwnStatements, OwnTypes } from './own-tables.js';
import { type Row, integer, text, textOrNull } from './rows.js';

export function linksDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_links (
  hash ${types.text} primary key,
  email ${types.text} not null,
  next text,
  expires_at ${types.integer} not null
)${types.options}`,
    'create index gatehouse_links_expiry on gatehouse_links (expires_at)',
  ];
}

const FORGOTTEN_AT_ONCE = 500;
const COLUMNS = 'hash, email, next, expires_at';

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  return {
    create: `insert into gatehouse_links (${COLUMNS}) values (${[1, 2, 3, 4].map(place).join(', ')}) returning 1 as one`,
    find: `select ${COLUMNS} from gatehouse_links where hash = ${place(1)}`,
    redeem: `delete from gatehouse_links where hash = ${place(1)} and expires_at > ${place(2)} returning ${COLUMNS}`,
    forget: `delete from gatehouse_links where hash in
  (select hash from gatehouse_links where expires_at < ${place(1)} order by expires_at limit ${FORGOTTEN_AT_ONCE}) returning 1 as one`,
  };
}

/** The port over either database. */
export class SqlLinks implements LinkStore {
  readonly #run: OwnStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: OwnStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
  }

  async create({ hash, email, next, expiresAt }: LinkRecord): Promise<void> {
    await this.#run.write(this.#sql.create, [hash, email, next, expiresAt], 'gatehouse_link_create');
  }

  async find(hash: string): Promise<LinkRecord | undefined> {
    const [row] = await this.#run.read(this.#sql.find, [hash], 'gatehouse_link_find');
    return row === undefined ? undefined : linkRecord(row);
  }

  async redeem(hash: string, now: number): Promise<LinkRecord | undefined> {
    const [row] = await this.#run.write(this.#sql.redeem, [hash, now], 'gatehouse_link_redeem');
    return row === undefined ? undefined : linkRecord(row);
  }

  async forget(before: number): Promise<boolean> {
    return (await this.#run.write(this.#sql.forget, [before], 'gatehouse_link_forget')).length === FORGOTTEN_AT_ONCE;
  }
}

function linkRecord(row: Row): LinkRecord {
  return { hash: text(row.hash), email: text(row.email), next: textOrNull(row.next), expiresAt: integer(row.expires_at) };
}
