import type { PublicIdStore } from '../public-ids.js';
import type { LookUps, OwnStatements, OwnTypes } from './own-tables.js';
import { type Row, text } from './rows.js';

export function publicIdsDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_public_ids (
  id ${types.text} primary key,
  tenant_id ${types.text} not null references gatehouse_tenants (id) on delete cascade,
  created_at ${types.integer} not null
)${types.options}`,
    'create unique index gatehouse_public_ids_tenant on gatehouse_public_ids (tenant_id)',
  ];
}

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  return {
    of: `select id from gatehouse_public_ids where tenant_id = ${place(1)}`,
    add: `insert into gatehouse_public_ids (id, tenant_id, created_at) values (${[1, 2, 3].map(place).join(', ')}) on conflict (tenant_id) do nothing returning 1 as one`,
  };
}

/** It answers the id as `hash`, since that is what look-ups are gathered by. */
const WHOSE = 'select p.id as hash, p.tenant_id from gatehouse_public_ids p join gatehouse_tenants t on t.id = p.tenant_id and t.deleted_at is null';

export interface PublicIdStatements extends OwnStatements {
  readonly lookUps: LookUps;
}

/** The port over either database. */
export class SqlPublicIds implements PublicIdStore {
  readonly #run: PublicIdStatements;
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #whose: (id: string) => Promise<Row | undefined>;

  constructor(run: PublicIdStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
    this.#whose = run.lookUps(WHOSE, 'p.id', 'gatehouse_public_id_whose');
  }

  async settle(tenant: string, candidate: string, at: number): Promise<string> {
    const known = await this.#of(tenant);
    if (known !== undefined) return known;
    await this.#run.write(this.#sql.add, [candidate, tenant, at], 'gatehouse_public_id_add');
    return (await this.#of(tenant)) ?? candidate;
  }

  async tenantOf(id: string): Promise<string | undefined> {
    const row = await this.#whose(id);
    return row === undefined ? undefined : text(row.tenant_id);
  }

  async #of(tenant: string): Promise<string | undefined> {
    const [row] = await this.#run.read(this.#sql.of, [tenant], 'gatehouse_public_id_of');
    return row === undefined ? undefined : text(row.id);
  }
}
