import type { SigningKeyRecord, SigningKeyStore } from '../signing-keys.js';
import type { OwnStatements, OwnTypes, Together } from './own-tables.js';
import { type Row, integer, integerOrNull, text } from './rows.js';

export function signingKeysDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_signing_keys (
  id ${types.text} primary key,
  algorithm ${types.text} not null,
  public_key text not null,
  sealed text not null,
  created_at ${types.integer} not null,
  retired_at ${types.integer}
)${types.options}`,
    'create index gatehouse_signing_keys_newest on gatehouse_signing_keys (created_at, id)',
  ];
}

const COLUMNS = 'id, algorithm, public_key, sealed, created_at, retired_at';

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  return {
    list: `select ${COLUMNS} from gatehouse_signing_keys order by created_at desc, id desc`,
    add: `insert into gatehouse_signing_keys (${COLUMNS}) values (${[1, 2, 3, 4, 5, 6].map(place).join(', ')}) returning 1 as one`,
    retireOthers: `update gatehouse_signing_keys set retired_at = ${place(1)} where id <> ${place(2)} and retired_at is null returning 1 as one`,
    forget: `delete from gatehouse_signing_keys where retired_at < ${place(1)} returning 1 as one`,
  };
}

export interface SigningKeyStatements extends OwnStatements {
  readonly together: Together;
}

/** The port over either database. */
export class SqlSigningKeys implements SigningKeyStore {
  readonly #run: SigningKeyStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: SigningKeyStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
  }

  async list(): Promise<readonly SigningKeyRecord[]> {
    return (await this.#run.read(this.#sql.list, [], 'gatehouse_signing_key_list')).map(signingKeyRecord);
  }

  add(key: SigningKeyRecord, when: 'always' | 'if none'): Promise<void> {
    return this.#run.together('signing keys', async () => {
      if (when === 'if none' && (await this.list()).length > 0) return;
      const { id, algorithm, publicKey, sealed, createdAt, retiredAt } = key;
      await this.#run.write(this.#sql.add, [id, algorithm, publicKey, sealed, createdAt, retiredAt], 'gatehouse_signing_key_add');
      await this.#run.write(this.#sql.retireOthers, [createdAt, id], 'gatehouse_signing_key_retire');
    });
  }

  async forget(retiredBefore: number): Promise<void> {
    await this.#run.write(this.#sql.forget, [retiredBefore], 'gatehouse_signing_key_forget');
  }
}

function signingKeyRecord(row: Row): SigningKeyRecord {
  return {
    id: text(row.id),
    algorithm: text(row.algorithm),
    publicKey: text(row.public_key),
    sealed: text(row.sealed),
    createdAt: integer(row.created_at),
    retiredAt: integerOrNull(row.retired_at),
  };
}
