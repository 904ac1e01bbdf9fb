import type { ClientRecord, ClientStore } from '../clients.js';
import type { InTurn, OwnStatements, OwnTypes } from './own-tables.js';
import { type Row, integer, integerOrNull, text, textOrNull } from './rows.js';

export function clientsDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_clients (
  id ${types.text} primary key,
  kind ${types.text} not null check (kind in ('registered', 'made', 'document')),
  metadata text not null,
  secret_hash ${types.text},
  created_at ${types.integer} not null,
  expires_at ${types.integer}
)${types.options}`,
    'create index gatehouse_clients_expiry on gatehouse_clients (expires_at) where expires_at is not null',
    'create index gatehouse_clients_newest on gatehouse_clients (created_at, id)',
  ];
}

const FORGOTTEN_AT_ONCE = 500;
const COLUMNS = 'id, kind, metadata, secret_hash, created_at, expires_at';
/** Whoever registers waits for whoever does so before: otherwise several would each see the last place. */
const REGISTRATION = 'clients';

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  const six = [1, 2, 3, 4, 5, 6].map(place).join(', ');
  const values = `values (${six})`;
  return {
    find: `select ${COLUMNS} from gatehouse_clients where id = ${place(1)}`,
    register: `insert into gatehouse_clients (${COLUMNS}) ${values} on conflict (id) do nothing returning 1 as one`,
    registerWaiting: `insert into gatehouse_clients (${COLUMNS}) select ${six}
where (select count(*) from gatehouse_clients where expires_at is not null) < ${place(7)} on conflict (id) do nothing returning 1 as one`,
    keep: `update gatehouse_clients set expires_at = null where id = ${place(1)} and kind <> 'document' returning 1 as one`,
    keepDocument: `insert into gatehouse_clients (${COLUMNS}) ${values}
on conflict (id) do update set metadata = excluded.metadata, expires_at = null where gatehouse_clients.kind = 'document' returning 1 as one`,
    list: `select ${COLUMNS} from gatehouse_clients order by created_at desc, id desc`,
    remove: `delete from gatehouse_clients where id = ${place(1)} returning 1 as one`,
    endGrants: `update gatehouse_grants set revoked_at = ${place(1)} where client_id = ${place(2)} and revoked_at is null returning 1 as one`,
    // The moment twice: a row that somebody keeps meanwhile is looked at again by the outer condition alone.
    forget: `delete from gatehouse_clients where id in
  (select id from gatehouse_clients where expires_at <= ${place(1)} order by expires_at limit ${FORGOTTEN_AT_ONCE}) and expires_at <= ${place(2)} returning 1 as one`,
  };
}

export interface ClientStatements extends OwnStatements {
  readonly inTurn: InTurn;
}

/** The port over either database. */
export class SqlClients implements ClientStore {
  readonly #run: ClientStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: ClientStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
  }

  async find(id: string): Promise<ClientRecord | undefined> {
    const [row] = await this.#run.read(this.#sql.find, [id], 'gatehouse_client_find');
    return row === undefined ? undefined : clientRecord(row);
  }

  async register(client: ClientRecord, most: number): Promise<'registered' | 'exists' | 'full'> {
    if (await this.#registered(client, most)) return 'registered';
    if ((await this.find(client.id)) !== undefined) return 'exists';
    // Those whose time is over make room before somebody is turned away.
    await this.forget(client.createdAt);
    return (await this.#registered(client, most)) ? 'registered' : 'full';
  }

  async keep(client: ClientRecord): Promise<void> {
    if (client.kind === 'document') {
      await this.#run.write(this.#sql.keepDocument, valuesOf({ ...client, expiresAt: null }), 'gatehouse_client_keep_document');
    } else {
      await this.#run.write(this.#sql.keep, [client.id], 'gatehouse_client_keep');
    }
  }

  async list(): Promise<readonly ClientRecord[]> {
    return (await this.#run.read(this.#sql.list, [], 'gatehouse_client_list')).map(clientRecord);
  }

  /** What it was granted first: a removal that was cut off finds it again. */
  async remove(id: string, at: number): Promise<'removed' | 'unknown'> {
    await this.#run.write(this.#sql.endGrants, [at, id], 'gatehouse_client_end_grants');
    return (await this.#run.write(this.#sql.remove, [id], 'gatehouse_client_remove')).length === 1 ? 'removed' : 'unknown';
  }

  async forget(now: number): Promise<boolean> {
    return (await this.#run.write(this.#sql.forget, [now, now], 'gatehouse_client_forget')).length === FORGOTTEN_AT_ONCE;
  }

  async #registered(client: ClientRecord, most: number): Promise<boolean> {
    const rows =
      client.expiresAt === null
        ? await this.#run.write(this.#sql.register, valuesOf(client), 'gatehouse_client_register')
        : await this.#run.inTurn(REGISTRATION, this.#sql.registerWaiting, [...valuesOf(client), most], 'gatehouse_client_register_waiting');
    return rows.length === 1;
  }
}

function valuesOf({ id, kind, metadata, secretHash, createdAt, expiresAt }: ClientRecord): readonly (string | number | null)[] {
  return [id, kind, metadata, secretHash, createdAt, expiresAt];
}

function clientRecord(row: Row): ClientRecord {
  return {
    id: text(row.id),
    kind: text(row.kind) as ClientRecord['kind'],
    metadata: text(row.metadata),
    secretHash: textOrNull(row.secret_hash),
    createdAt: integer(row.created_at),
    expiresAt: integerOrNull(row.expires_at),
  };
}
