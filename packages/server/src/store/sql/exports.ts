import type { ExportedRow, ExportKind, ExportOf, ExportStore } from '../exports.js';
import type { OwnStatements } from './own-tables.js';
import { listed, type Row, text } from './rows.js';

interface Source {
  readonly columns: readonly string[];
  readonly from: string;
  /** What rows are ordered and told apart by, within a tenant or a person. */
  readonly by: string;
  readonly tenant?: string;
  readonly user?: string;
}

/** Column by column: what is added to a table is exported when it is named here, and never by itself. */
const SOURCES: Readonly<Record<ExportKind, Source>> = {
  members: {
    columns: ['m.tenant_id', 'm.user_id', 'm.role', 'm.created_at', 'u.email', 'u.name', 't.name as tenant_name'],
    from: 'gatehouse_members m join gatehouse_users u on u.id = m.user_id join gatehouse_tenants t on t.id = m.tenant_id',
    by: "m.tenant_id || ' ' || m.user_id",
    tenant: 'm.tenant_id',
    user: 'm.user_id',
  },
  invitations: { columns: columns('id tenant_id email role created_by created_at expires_at'), from: 'gatehouse_invitations', by: 'id', tenant: 'tenant_id' },
  keys: {
    columns: columns('id tenant_id user_id name prefix scopes created_at created_by expires_at last_used_at disabled_at revoked_at rotated_to'),
    from: 'gatehouse_keys',
    by: 'id',
    tenant: 'tenant_id',
    user: 'user_id',
  },
  sessions: {
    columns: columns('id tenant_id user_id created_by created_at refreshed_at expires_at ends_at revoked_at user_agent'),
    from: 'gatehouse_sessions',
    by: 'id',
    tenant: 'tenant_id',
    user: 'user_id',
  },
  grants: {
    columns: columns('id tenant_id user_id client_id client_name client_host scopes created_at last_used_at revoked_at'),
    from: 'gatehouse_grants',
    by: 'id',
    tenant: 'tenant_id',
    user: 'user_id',
  },
  identities: { columns: columns('issuer subject created_at'), from: 'gatehouse_identities', by: "issuer || ' ' || subject", user: 'user_id' },
};

function columns(names: string): readonly string[] {
  return names.split(' ');
}

/** The port over either database. */
export class SqlExports implements ExportStore {
  readonly #run: OwnStatements;
  readonly #place: (n: number) => string;

  constructor(run: OwnStatements, place: (n: number) => string) {
    this.#run = run;
    this.#place = place;
  }

  async page(kind: ExportKind, of: ExportOf, after: string | null, most: number): ReturnType<ExportStore['page']> {
    const { columns: shown, from, by, ...owners } = SOURCES[kind];
    const [whose, owner] = 'tenant' in of ? (['tenant', of.tenant] as const) : (['user', of.user] as const);
    const column = owners[whose];
    if (column === undefined) return { rows: [], after: null };
    const sql = `select ${shown.join(', ')}, ${by} as position from ${from}
where ${column} = ${this.#place(1)} and ${by} > ${this.#place(2)} order by ${by} limit ${most}`;
    const rows = await this.#run.read(sql, [owner, after ?? ''], `gatehouse_export_${kind}_${whose}_${most}`);
    const last = rows.at(-1);
    return { rows: rows.map(exported), after: last === undefined || rows.length < most ? null : text(last.position) };
  }
}

function exported({ position: _position, ...row }: Row): ExportedRow {
  return typeof row.scopes === 'string' ? ({ ...row, scopes: listed(row.scopes) } as ExportedRow) : (row as ExportedRow);
}
