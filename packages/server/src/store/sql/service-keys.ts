import type { ServiceKeyRecord, ServiceKeyStore } from '../service-keys.js';
import type { LookUps, OwnStatements } from './own-tables.js';
import { type Row, integer, integerOrNull, text } from './rows.js';

const COLUMNS = 'id, name, prefix, created_at, created_by, expires_at, revoked_at';
const BY_HASH = `select hash, ${COLUMNS} from gatehouse_service_keys`;

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  const places = Array.from({ length: 8 }, (_, index) => place(index + 1)).join(', ');
  return {
    create: `insert into gatehouse_service_keys (${COLUMNS}, hash) values (${places}) returning 1 as one`,
    list: `select ${COLUMNS} from gatehouse_service_keys where revoked_at is null order by created_at desc, id desc`,
    revoke: `update gatehouse_service_keys set revoked_at = ${place(1)} where id = ${place(2)} and revoked_at is null returning 1 as one`,
  };
}

export interface ServiceKeyStatements extends OwnStatements {
  readonly lookUps: LookUps;
}

/** The port over either database. */
export class SqlServiceKeys implements ServiceKeyStore {
  readonly #run: OwnStatements;
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #byHash: (hash: string) => Promise<Row | undefined>;

  constructor(run: ServiceKeyStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
    this.#byHash = run.lookUps(BY_HASH, 'hash', 'gatehouse_service_key_by_hash');
  }

  async findByHash(hash: string): Promise<ServiceKeyRecord | undefined> {
    const row = await this.#byHash(hash);
    return row === undefined ? undefined : serviceKey(row);
  }

  async create({ id, name, prefix, createdAt, createdBy, expiresAt, revokedAt }: ServiceKeyRecord, hash: string): Promise<void> {
    await this.#run.write(this.#sql.create, [id, name, prefix, createdAt, createdBy, expiresAt, revokedAt, hash], 'gatehouse_service_key_create');
  }

  async list(): Promise<readonly ServiceKeyRecord[]> {
    return (await this.#run.read(this.#sql.list, [], 'gatehouse_service_key_list')).map(serviceKey);
  }

  async revoke(id: string, at: number): Promise<'revoked' | 'unknown'> {
    return (await this.#run.write(this.#sql.revoke, [at, id], 'gatehouse_service_key_revoke')).length === 1 ? 'revoked' : 'unknown';
  }
}

function serviceKey(row: Row): ServiceKeyRecord {
  return {
    id: text(row.id),
    name: text(row.name),
    prefix: text(row.prefix),
    createdAt: integer(row.created_at),
    createdBy: text(row.created_by),
    expiresAt: integerOrNull(row.expires_at),
    revokedAt: integerOrNull(row.revoked_at),
  };
}
