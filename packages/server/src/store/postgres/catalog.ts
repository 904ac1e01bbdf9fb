import type { Roles } from './roles.js';
import type { Session } from './session.js';

/** What the database says of one table, view or the like. */
export interface Relation {
  readonly name: string;
  readonly schema: string;
  /** Whether it is the table that was asked for by its name. */
  readonly mine: boolean;
  /** Whether the tenant role has any right on it. */
  readonly reached: boolean;
  /** Whether the serving role itself has. */
  readonly served: boolean;
  readonly rowSecurity: boolean;
  readonly forced: boolean;
  readonly policies: readonly PolicyFacts[];
}

export interface PolicyFacts {
  readonly name: string;
  readonly permissive: boolean;
  /** `*` for all. */
  readonly command: string;
  /** Whether it is for everybody. */
  readonly toAll: boolean;
  /** Whether the tenant role comes under it. */
  readonly toTenant: boolean;
  readonly using: string | null;
  readonly check: string | null;
}

const RELATIONS = `
select c.relname::text as name, n.nspname::text as schema, mine.is as mine, c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as forced,
  reach.is as reached, has_any_column_privilege($3::name, c.oid, 'SELECT, INSERT, UPDATE') or has_table_privilege($3::name, c.oid, 'DELETE, TRUNCATE') as served,
  (select coalesce(json_agg(json_build_object('name', p.polname, 'permissive', p.polpermissive, 'command', p.polcmd,
      'toAll', p.polroles = '{0}',
      'toTenant', exists (select from unnest(p.polroles) as given where given = 0 or pg_has_role($2::name, given, 'MEMBER')),
      'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname), '[]')
    from pg_policy p where p.polrelid = c.oid) as policies
from pg_class c join pg_namespace n on n.oid = c.relnamespace
  cross join lateral (select n.nspname = current_schema() and c.relkind in ('r', 'p') and c.relname = any ($1) as is) as mine
  cross join lateral (select has_any_column_privilege($2::name, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
    or has_table_privilege($2::name, c.oid, 'DELETE, TRUNCATE, TRIGGER') as is) as reach
where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema')
  and (mine.is or reach.is)
  and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
order by 2, 1`;

/** The tables of these names in the schema, and whatever else the tenant role reaches; what extensions bring is left out. */
export async function relationsOf(session: Session, names: readonly string[], roles: Roles): Promise<readonly Relation[]> {
  const { rows } = await session.query(RELATIONS, [names, roles.tenant, roles.serving]);
  return rows as unknown as readonly Relation[];
}

/** As the database writes down what `policyDdl` says. */
const OWN_ROWS = "(tenant_id = ( SELECT current_setting('gatehouse.tenant'::text, true) AS current_setting))";

/** Whether a policy lets everybody at the rows of the tenant in hand, and at no others. */
export function keepsApart(policy: PolicyFacts): boolean {
  return policy.permissive && policy.command === '*' && policy.toAll && [policy.using, policy.check].every((text) => text?.replace(/\s+/g, ' ') === OWN_ROWS);
}
