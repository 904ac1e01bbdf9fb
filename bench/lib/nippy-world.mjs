// Fills Nippy: one business with very many spins, as its handlers and jobs would have left them, and any number of small ones.
import pg from 'pg';
import { loadDriver } from '../../packages/server/dist/store/sqlite/load-driver.js';

const DAY_MS = 86_400_000;
const DAYS = 120;
const ROULETTES = 8;
const GIFTS = 6;
const PEOPLE = 5_000;

/** Of the nth wheel, with the digit n behind it: 24 hex digits. */
const WHEEL = 'a'.padEnd(23, '0');

/** So many wheels of a business. Who is to have spins has all of `ROULETTES`. */
export async function fillWheels({ store }, tenant, count = ROULETTES) {
  const rows = Array.from({ length: count }, (_, n) => ({
    ...{ id: `${WHEEL}${n}`, name: `Wheel ${n}`, type_of_roulette: 'wheel', starts_at: null, ends_at: null, cooldown_minutes: 0, spins_allowed: -1 },
    ...{ terms: '', is_active: true, created_at: n },
  }));
  await store.tx(tenant, ({ db }) => db.insertInto('roulettes').values(rows).execute());
}

/** Spins of the last 120 days with their counts, as rows: by a SQLite file that nobody has open, or by the administrator of a PostgreSQL database. */
export async function fillSpins({ file, adminUrl }, tenant, count) {
  const since = Date.now() - DAYS * DAY_MS;
  if (file !== undefined) {
    const driver = (await loadDriver())(file, false);
    const numbers = `with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < ${count - 1})`;
    for (const sql of statements(tenant, since, count, `strftime('%Y-%m-%d', spun_at / 1000, 'unixepoch')`, numbers)) driver.exec(sql);
    driver.exec('pragma wal_checkpoint(truncate)');
    driver.close();
    return;
  }
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const numbers = `with numbers (n) as (select generate_series(0, ${count - 1}))`;
  for (const sql of statements(tenant, since, count, `to_char(to_timestamp(spun_at / 1000) at time zone 'utc', 'YYYY-MM-DD')`, numbers))
    await client.query(sql);
  await client.end();
}

function statements(tenant, since, count, day, numbers) {
  const step = Math.floor((DAYS * DAY_MS) / count);
  return [
    `insert into spins (tenant_id, id, roulette_id, gift_id, outcome, person, day, spun_at)
     select '${tenant}', 'spin-' || n, '${WHEEL}' || wheel, 'gift-' || wheel || '-' || gift, case when gift < 4 then 'lost' else 'won_points' end,
       'person ' || person, ${day}, spun_at
     from (${numbers} select n, n % ${ROULETTES} as wheel, (n * 7) % ${GIFTS} as gift, (n * 37) % ${PEOPLE} as person,
       ${since} + cast(n as bigint) * ${step} as spun_at from numbers) as made`,
    `insert into analytics_daily (tenant_id, id, collection, day, dims, count, total)
     select '${tenant}', day || gift_id || outcome, 'spins', day, '["' || roulette_id || '","' || gift_id || '","' || outcome || '"]', count(*), 0
     from spins where tenant_id = '${tenant}' group by day, roulette_id, gift_id, outcome`,
    `insert into analytics_days (tenant_id, id, collection, day, count, total)
     select '${tenant}', day, 'spins', day, count(*), 0 from spins where tenant_id = '${tenant}' group by day`,
  ];
}
