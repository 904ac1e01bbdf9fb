import { bind } from '../tables.js';
import { itemWrites } from './items.js';
import * as operations from './operations.js';
import { rouletteWrites } from './roulettes.js';
import { spinWrites } from './spins.js';
import { giftsOf, showRoulette, timersOf, unknownRoulette } from './store.js';

/** What a list without arguments answers at most. */
const MOST = 1000;

export const rouletteBindings = [
  bind(operations.listItems, async (_, { db }) => {
    const rows = await db
      .selectFrom('roulette_items')
      .select(['id as _id', 'name', 'available_stock', 'enabled_in_rewards'])
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(MOST)
      .execute();
    return rows;
  }),
  bind(operations.listRoulettes, async (_, { db }) => {
    const rows = await db.selectFrom('roulettes').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(MOST).execute();
    return rows.map(showRoulette);
  }),
  bind(operations.getRoulette, async ({ roulette_id }, { db }) => {
    const roulette = await db.selectFrom('roulettes').selectAll().where('id', '=', roulette_id).executeTakeFirst();
    if (roulette === undefined) return unknownRoulette();
    return { ...showRoulette(roulette), gifts: await giftsOf(db, roulette_id), timers: timersOf(roulette), terms: roulette.terms };
  }),
  ...itemWrites,
  ...rouletteWrites,
  ...spinWrites,
];
