import { recordAll } from '../analytics/record.js';
import { dayOf } from '../days.js';
import { UNLIMITED } from '../roulettes/values.js';
import { WHOLE, drawn, partsOf } from '../roulettes/probability.js';
import type { Planting } from './planting.js';
import { idIn, one } from './pick.js';
import type { SampleRoulette } from './shapes.js';

/** Items, roulettes with their gifts, and what was spun. Ids of roulettes by name. */
export async function plantRoulettes({ business, context, since, newId, chance, moments }: Planting) {
  const { items, roulettes, currency, people } = business;
  const itemIds = new Map(items.map(({ name }) => [name, newId()]));
  const ids = new Map(roulettes.map(({ name }) => [name, newId()]));
  const spun = roulettes.map((roulette) => {
    const gifts = roulette.gifts.map((gift) => ({ ...gift, id: newId() }));
    const roulette_id = idIn(ids, roulette.name);
    const spins = moments(roulette.aDay).map((spun_at) => {
      const gift = drawn(gifts, Math.floor(chance() * WHOLE));
      return { id: newId(), roulette_id, gift_id: gift.id, outcome: gift.is, person: one(people, chance), day: dayOf(spun_at), spun_at };
    });
    return { roulette, gifts, spins };
  });
  const made = await context.tx(async ({ db }) => {
    const time = { created_at: since };
    const itemRows = items.map(({ name, description, stock }) => ({
      ...{ id: idIn(itemIds, name), name, description, available_stock: stock, currency, track_inventory: true, enabled_in_rewards: true, ...time },
    }));
    await db.insertInto('roulette_items').values(itemRows).execute();
    for (const { roulette, gifts, spins } of spun) {
      const row = rouletteRow(roulette, idIn(ids, roulette.name));
      await db
        .insertInto('roulettes')
        .values({ ...row, total_spins: spins.length, ...time })
        .execute();
      const rows = gifts.map(({ id, name, probability, is, points, item }, position) => ({
        ...{ id, roulette_id: row.id, position, name, parts: partsOf(probability), type_of_gift: is, points_value: points ?? null },
        item_id: item === undefined ? null : idIn(itemIds, item),
      }));
      await db.insertInto('roulette_gifts').values(rows).execute();
      await db.insertInto('spins').values(spins).execute();
      const happenings = spins.map(({ day, roulette_id, gift_id, outcome }) => ({ day, dims: { roulette_id, gift_id, outcome } }));
      await recordAll('spins', happenings, db, context);
    }
    return { items: items.length, roulettes: roulettes.length, spins: spun.reduce((sum, { spins }) => sum + spins.length, 0) };
  });
  return { ids, made };
}

function rouletteRow({ name, terms, cooldownMinutes }: SampleRoulette, id: string) {
  return {
    ...{ id, name, terms, type_of_roulette: 'wheel' as const, starts_at: null, ends_at: null },
    ...{ cooldown_minutes: cooldownMinutes, spins_allowed: UNLIMITED, is_active: true },
  };
}

/** The catalogue, centers with what lies in them, and what was withdrawn: never more than there was. */
export async function plantSupply({ business, context, since, newId, chance, moments }: Planting) {
  const { stocks, centers, inCenter, people } = business;
  const products = stocks.map((stock) => ({ ...stock, id: newId() }));
  const places = centers.map((center) => ({ ...center, id: newId() }));
  const left = new Map<string, number>(products.flatMap(({ id }) => places.map((place) => [`${id} ${place.id}`, inCenter])));
  const withdrawals = moments(3).flatMap((withdrawn_at) => {
    const [product, place, quantity] = [one(products, chance), one(places, chance), 1 + Math.floor(chance() * 3)];
    const key = `${product.id} ${place.id}`;
    const there = left.get(key) ?? 0;
    if (there < quantity) return [];
    left.set(key, there - quantity);
    const ids = { id: newId(), stock_id: product.id, nippy_center_id: place.id };
    return [{ ...ids, quantity, person: one(people, chance), note: null, day: dayOf(withdrawn_at), withdrawn_at }];
  });
  return context.tx(async ({ db }) => {
    const time = { created_at: since };
    const stockRows = products.map(({ id, name, type, total, alert }) => {
      const assigned = places.reduce((sum, place) => sum + (left.get(`${id} ${place.id}`) ?? 0), 0);
      const taken = inCenter * places.length - assigned;
      return { id, product_name: name, type, total_stock: total - taken, assigned_stock: assigned, min_stock_alert: alert, ...time };
    });
    await db.insertInto('stocks').values(stockRows).execute();
    const placeRows = places.map((place) => ({ ...place, maps_url: null, capacity: 500, type: 'distribution', ...time }));
    await db.insertInto('nippy_centers').values(placeRows).execute();
    const rows = products.flatMap(({ id, alert }) =>
      places.map((place) => ({
        ...{ id: newId(), stock_id: id, nippy_center_id: place.id, current_stock: left.get(`${id} ${place.id}`) ?? 0, min_stock_alert: alert, ...time },
      })),
    );
    await db.insertInto('center_stocks').values(rows).execute();
    await db.insertInto('withdrawals').values(withdrawals).execute();
    const happenings = withdrawals.map(({ day, stock_id, nippy_center_id, quantity }) => ({ day, dims: { stock_id, nippy_center_id }, total: quantity }));
    await recordAll('withdrawals', happenings, db, context);
    return { stocks: products.length, nippy_centers: places.length, withdrawals: withdrawals.length };
  });
}
