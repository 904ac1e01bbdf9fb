// Fills Nippy: one business with very many spins, as its handlers and jobs would have left them, and any number of small ones.
const DAY_MS = 86_400_000;
const BATCH = 2_000;
const DAYS = 120;
const ROULETTES = 8;
const OUTCOMES = ['lost', 'lost', 'lost', 'lost', 'won_points', 'won_digital'];

const hex = (kind, n) => kind + n.toString(16).padStart(23, '0');
const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);

/** Spins of the last 120 days. */
export async function fillSpins({ store }, tenant, count) {
  const today = Date.now();
  await store.tx(tenant, ({ db }) =>
    db
      .insertInto('roulettes')
      .values(
        Array.from({ length: ROULETTES }, (_, n) => ({
          ...{ id: hex('a', n), name: `Wheel ${n}`, type_of_roulette: 'wheel', starts_at: null, ends_at: null, cooldown_minutes: 0, spins_allowed: -1 },
          ...{ terms: '', is_active: true, total_spins: count / ROULETTES, created_at: today - DAYS * DAY_MS },
        })),
      )
      .execute(),
  );
  const daily = new Map();
  const days = new Map();
  for (let at = 0; at < count; at += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => spin(at + i, count, today));
    for (const { day, roulette_id, gift_id, outcome } of rows) {
      const dims = JSON.stringify([roulette_id, gift_id, outcome]);
      const there = daily.get(`${day} ${dims}`) ?? { collection: 'spins', day, dims, count: 0, total: 0 };
      daily.set(`${day} ${dims}`, { ...there, count: there.count + 1 });
      days.set(day, (days.get(day) ?? 0) + 1);
    }
    await store.tx(tenant, ({ db }) => db.insertInto('spins').values(rows).execute());
  }
  const counts = [...daily.values()].map((row, n) => ({ ...row, id: hex('d', n) }));
  for (let at = 0; at < counts.length; at += BATCH)
    await store.tx(tenant, ({ db }) =>
      db
        .insertInto('analytics_daily')
        .values(counts.slice(at, at + BATCH))
        .execute(),
    );
  const whole = [...days].map(([day, sum], n) => ({ id: hex('c', n), collection: 'spins', day, count: sum, total: 0 }));
  await store.tx(tenant, ({ db }) => db.insertInto('analytics_days').values(whole).execute());
  return counts.length;
}

function spin(n, count, today) {
  const spun_at = today - Math.floor(((count - 1 - n) / count) * DAYS * DAY_MS);
  const roulette = n % ROULETTES;
  const gift = (n * 7) % OUTCOMES.length;
  return {
    ...{ id: hex('e', n), roulette_id: hex('a', roulette), gift_id: hex('b', roulette * OUTCOMES.length + gift), outcome: OUTCOMES[gift] },
    ...{ person: `person ${(n * 2_654_435_761) % 50_000}`, day: dayOf(spun_at), spun_at },
  };
}

/** A business with its key; `roulettes` of them with nothing in them. */
export async function business({ users, keys, store }, name, roulettes = 3) {
  const { homeTenant: tenant, id: user } = await users.create(`${name}@example.com`);
  const { raw } = await keys.mint({ tenant, user, name: 'bench', scopes: ['*'], createdBy: 'cli' });
  if (roulettes > 0) {
    const rows = Array.from({ length: roulettes }, (_, n) => ({
      ...{ id: hex('a', n), name: `Wheel ${n}`, type_of_roulette: 'wheel', cooldown_minutes: 0, spins_allowed: -1, terms: '', is_active: true, created_at: n },
    }));
    await store.tx(tenant, ({ db }) => db.insertInto('roulettes').values(rows).execute());
  }
  return { tenant, headers: { 'x-api-key': raw } };
}
