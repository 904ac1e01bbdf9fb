import type { Artifact, ArtifactStore } from '../artifacts.js';
import type { OwnStatements, OwnTypes } from './own-tables.js';
import { type Row, integer, integerOrNull, text, textOrNull } from './rows.js';

/** No reference to the grant: what is to be remembered may be there before that. */
export function artifactsDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_artifacts (
  kind ${types.text} not null,
  hash ${types.text} not null,
  payload text not null,
  handle ${types.text},
  grant_id ${types.text},
  expires_at ${types.integer} not null,
  consumed_at ${types.integer},
  primary key (kind, hash)
)${types.options}`,
    'create index gatehouse_artifacts_handle on gatehouse_artifacts (kind, handle, expires_at) where handle is not null',
    'create index gatehouse_artifacts_expiry on gatehouse_artifacts (expires_at)',
  ];
}

const FORGOTTEN_AT_ONCE = 500;
const REMEMBERED_MS = 86_400_000;
const COLUMNS = 'kind, hash, payload, handle, grant_id, expires_at, consumed_at';

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  const one = `kind = ${place(1)} and hash = ${place(2)}`;
  const table = 'gatehouse_artifacts';
  return {
    put: `insert into ${table} (${COLUMNS}) values (${[1, 2, 3, 4, 5, 6, 7].map(place).join(', ')})
on conflict (kind, hash) do update set payload = excluded.payload, handle = excluded.handle, grant_id = excluded.grant_id,
  expires_at = excluded.expires_at, consumed_at = coalesce(${table}.consumed_at, excluded.consumed_at) returning 1 as one`,
    find: `select ${COLUMNS} from ${table} where ${one}`,
    // A handle passes from one to its successor, and for a moment both have it.
    findByHandle: `select ${COLUMNS} from ${table} where kind = ${place(1)} and handle = ${place(2)} order by expires_at desc limit 1`,
    consume: `update ${table} set consumed_at = ${place(1)}, expires_at = case when expires_at < ${place(2)} then ${place(3)} else expires_at end
where kind = ${place(4)} and hash = ${place(5)} and consumed_at is null and expires_at > ${place(6)} returning 1 as one`,
    consumed: `select 1 as one from ${table} where ${one} and consumed_at is not null`,
    remove: `delete from ${table} where ${one} returning 1 as one`,
    forget: `delete from ${table} where (kind, hash) in
  (select kind, hash from ${table} where expires_at < ${place(1)} order by expires_at limit ${FORGOTTEN_AT_ONCE}) and expires_at < ${place(2)} returning 1 as one`,
  };
}

/** The port over either database. */
export class SqlArtifacts implements ArtifactStore {
  readonly #run: OwnStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: OwnStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
  }

  async put({ kind, hash, payload, handle, grant, expiresAt, consumedAt }: Artifact): Promise<void> {
    await this.#run.write(this.#sql.put, [kind, hash, payload, handle, grant, expiresAt, consumedAt], 'gatehouse_artifact_put');
  }

  async find(kind: string, hash: string): Promise<Artifact | undefined> {
    const [row] = await this.#run.read(this.#sql.find, [kind, hash], 'gatehouse_artifact_find');
    return row === undefined ? undefined : artifactOf(row);
  }

  async findByHandle(kind: string, handle: string): Promise<Artifact | undefined> {
    const [row] = await this.#run.read(this.#sql.findByHandle, [kind, handle], 'gatehouse_artifact_by_handle');
    return row === undefined ? undefined : artifactOf(row);
  }

  async consume(kind: string, hash: string, at: number): Promise<'first' | 'again' | 'unknown'> {
    const until = at + REMEMBERED_MS;
    const consumed = await this.#run.write(this.#sql.consume, [at, until, until, kind, hash, at], 'gatehouse_artifact_consume');
    if (consumed.length === 1) return 'first';
    const before = await this.#run.read(this.#sql.consumed, [kind, hash], 'gatehouse_artifact_consumed');
    return before.length === 1 ? 'again' : 'unknown';
  }

  async remove(kind: string, hash: string): Promise<void> {
    await this.#run.write(this.#sql.remove, [kind, hash], 'gatehouse_artifact_remove');
  }

  async forget(before: number): Promise<boolean> {
    return (await this.#run.write(this.#sql.forget, [before, before], 'gatehouse_artifact_forget')).length === FORGOTTEN_AT_ONCE;
  }
}

function artifactOf(row: Row): Artifact {
  return {
    kind: text(row.kind),
    hash: text(row.hash),
    payload: text(row.payload),
    handle: textOrNull(row.handle),
    grant: textOrNull(row.grant_id),
    expiresAt: integer(row.expires_at),
    consumedAt: integerOrNull(row.consumed_at),
  };
}
