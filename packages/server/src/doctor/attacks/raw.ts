import type { Scene } from './scene.js';

/** Raw SQL of a handler that is wrong: it names no tenant, or somebody else's, or tries to get round what would. */
export function rawStatements({ table: { name }, other, text, foreign, tenants }: Scene): Readonly<Record<string, readonly string[]>> {
  const id = String(foreign.id);
  const spellings = [name, `"${name}"`, name.toUpperCase(), `[${name}]`, `\`${name}\``, `main.${name}`, `"main"."${name}"`, `main . ${name}`, `temp.${name}`];
  const more = [`public.${name}`, `"public"."${name}"`, `/* */ ${name}`, `only ${name}`, `(${name})`, `U&"${name}"`, `main/**/.${name}`];
  return {
    'raw select, whatever the quoting': [...spellings, ...more].map((table) => `select * from ${table}`),
    'raw read': readsOf(name, other.name, text, id, tenants.foreign),
    'raw write': [
      `insert into ${name} (tenant_id, id) values ('${tenants.foreign}', 'x')`,
      `update ${name} set ${text} = 'changed'`,
      `update ${name} set tenant_id = '${tenants.own}' returning *`,
      `delete from ${name}`,
      `with x as (delete from ${name} returning *) select * from x`,
      `with x as (update ${name} set ${text} = 'changed' returning *) select * from x`,
      `replace into ${name} select * from ${name}`,
      `truncate ${name}`,
      `drop table ${name}`,
      `create table copied as select * from ${name}`,
      `select * into copied from ${name}`,
      `explain analyze delete from ${name}`,
    ],
    'raw change of tenant': changesOfTenant(name, tenants.foreign),
  };
}

/** Those in which the table hardly matters. */
export function rawStatementsOnce({ table: { name } }: Scene): Readonly<Record<string, readonly string[]>> {
  return {
    'raw read of what is not declared': [
      'gatehouse_keys',
      'gatehouse_members',
      'gatehouse_users',
      'gatehouse_tenants',
      '"gatehouse_keys"',
      'main.gatehouse_keys',
      'public.gatehouse_keys',
      'sqlite_master',
      'sqlite_schema',
      'sqlite_temp_master',
      'main.sqlite_schema',
      'pg_catalog.pg_authid',
      'pg_stat_activity',
      'pg_stats',
      'information_schema.tables',
      `pragma_table_info('${name}')`,
      `pragma_table_list`,
      'dbstat',
    ].map((table) => `select * from ${table}`),
    'raw statement of the database': [
      `attach 'other.db' as other`,
      'pragma table_list',
      'pragma writable_schema = on',
      `vacuum into 'copy.db'`,
      'begin',
      'commit',
      'rollback',
      `select 1; select * from ${name}`,
      `select 1; delete from ${name}`,
      `copy ${name} to stdout`,
      `do $$ begin delete from ${name}; end $$`,
      `declare c cursor for select * from ${name}`,
      `listen gatehouse`,
      `notify gatehouse, '{"is":"changed","tags":"everything"}'`,
      `alter table ${name} disable row level security`,
      `alter table ${name} no force row level security`,
      `create or replace temp view ${name} as select * from main.${name}`,
      `drop view temp.${name}`,
      `prepare p as select * from ${name}`,
    ],
  };
}

function readsOf(name: string, other: string, text: string, id: string, tenant: string): readonly string[] {
  return [
    `select * from ${name} where tenant_id = '${tenant}'`,
    `select * from ${name} where id = '${id}'`,
    `select tenant_id from ${name}`,
    `select a.*, b.* from ${other} a, ${name} b`,
    `select * from ${other} a full join ${name} b on false`,
    `select ${text} from ${name} union all select id from ${other}`,
    `select (select max(${text}) from ${name})`,
    `select exists (select 1 from ${name} where id = '${id}')`,
    `select count(*) from ${name}`,
    `select count(*), tenant_id from ${name} group by tenant_id`,
    `with x as (select * from ${name}) select * from x`,
    `with recursive w(x) as (select id from ${name} union select ${name}.id from ${name}, w) select * from w`,
    `select * from ${name} order by ${text} desc, id limit 1000 offset 0`,
    `select s.* from ${other} a, lateral (select * from ${name}) s`,
    `select * from (values (1)) v, ${name}`,
    `values ((select group_concat(${text}) from ${name}))`,
    `values ((select string_agg(${text}, ',') from ${name}))`,
    `select json_group_array(${text}) from ${name}`,
    `select json_agg(${name}) from ${name}`,
    `table ${name}`,
    `select * from ${name} for update`,
    `select * from ${name} not indexed`,
    `select query_to_xml('select * from ${name}', true, true, '')`,
    `select table_to_xml('${name}', true, true, '')`,
    `select database_to_xml(true, true, '')`,
    `select pg_read_file('postgresql.conf')`,
    `select lo_import('/etc/hostname')`,
    `select readfile('gatehouse.db')`,
    `select load_extension('x')`,
    `select cast('gatehouse_keys' as regclass)`,
    `select row_security_active('${name}')`,
    `select 1 / (select count(*) from ${name} where id = '${id}')`,
    `select cast(${text} as integer) from ${name}`,
    `select * from ${name} where ${text} = 'x' or 1 = 1 --`,
    `/* select */ select * from ${name} /* where tenant_id = 'x' */`,
    `explain select * from ${name} where id = '${id}'`,
    `explain analyze select * from ${name}`,
  ];
}

function changesOfTenant(name: string, tenant: string): readonly string[] {
  const set = `set_config('gatehouse.tenant', '${tenant}', true)`;
  return [
    `select ${set} from ${name}`,
    `with s as materialized (select ${set} as t) select x.* from s, ${name} x`,
    `select *, ${set} from ${name}`,
    `select * from ${name} where ${set} = '${tenant}'`,
    `select * from ${name} where pg_catalog.${set} is not null`,
    `select "set_config"('gatehouse.tenant', '${tenant}', false)`,
    `select set_config('ro' || 'le', 'postgres', true)`,
    `select current_setting('gatehouse.tenant')`,
    `set gatehouse.tenant = '${tenant}'`,
    `set local gatehouse.tenant = '${tenant}'`,
    'reset role',
    'set role postgres',
    'set session authorization default',
    'set row_security = off',
    `discard all`,
    `select gatehouse_tenant()`,
    `select * from ${name} where tenant_id = gatehouse_tenant() or true`,
  ];
}
