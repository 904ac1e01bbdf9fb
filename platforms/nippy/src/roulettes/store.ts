import { type Refusal, type RowOf, refuse } from 'gatehouse';
import type { Looking } from '../proposals/write.js';
import { percentOf } from './probability.js';
import type { roulettes } from './tables.js';

type Reads = Looking['db'];

/** The same for what another business has. */
export function unknownRoulette(): Refusal {
  return refuse('not_found', 'There is no roulette with this id.', { next: 'Take ids from roulettes_list_roulettes.' });
}

/** In the order in which they were given. */
export async function giftsOf(db: Reads, roulette: string) {
  const rows = await db.selectFrom('roulette_gifts').selectAll().where('roulette_id', '=', roulette).orderBy('position').execute();
  return rows.map(({ id, name, parts, type_of_gift, points_value, item_id }) => ({
    ...{ _id: id, name, probability: percentOf(parts), typeOfGift: type_of_gift, pointsValue: points_value, item_id },
  }));
}

export type Gift = Awaited<ReturnType<typeof giftsOf>>[number];

export function showRoulette({ id, name, is_active, type_of_roulette, total_spins, created_at }: RowOf<typeof roulettes>) {
  return { _id: id, name, isActive: is_active, typeOfRoulette: type_of_roulette, totalSpins: total_spins, createdAt: created_at };
}

export function timersOf({ starts_at, ends_at, cooldown_minutes, spins_allowed }: Omit<RowOf<typeof roulettes>, 'id'>) {
  return { startsAt: starts_at, endsAt: ends_at, cooldownMinutes: cooldown_minutes, spinsAllowed: spins_allowed };
}
