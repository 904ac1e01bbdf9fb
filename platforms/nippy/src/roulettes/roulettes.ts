import { Refusal, refuse, refuseField } from 'gatehouse';
import { z } from 'zod';
import { created, line } from '../fields.js';
import { type Looking, proposable } from '../proposals/write.js';
import { type gift, gifts, moment, shownGift, timers } from './fields.js';
import { WHOLE, partsOf, percentOf } from './probability.js';
import { UNLIMITED, rouletteTypes } from './values.js';

const input = z.object({
  name: line(120),
  gifts: gifts.describe('What can be drawn; fill up to 100 per cent with typeOfGift lost'),
  type_of_roulette: z.enum(rouletteTypes).default('wheel'),
  starts_at: moment.nullable().default(null).describe('Nobody spins before; null: from now on'),
  ends_at: moment.nullable().default(null).describe('Nobody spins from then on; null: without end'),
  cooldown_minutes: z.int().min(0).max(525_600).default(0).describe('Between two spins of one person'),
  spins_allowed: z.int().min(UNLIMITED).max(1_000_000).default(UNLIMITED).describe('For each person; -1: no bound'),
  terms: z.string().trim().max(10_000).default(''),
  is_active: z.boolean().default(true),
});

type Asked = z.output<typeof input>;
type AskedGift = z.output<typeof gift>;

export const rouletteWrites = proposable({
  vertical: 'roulettes',
  noun: 'roulette',
  path: '/roulettes',
  title: 'a roulette',
  description:
    'A roulette (prize wheel) draws one of its gifts by probability; the probabilities total exactly 100. Take item ids from roulettes_list_roulette_items.',
  input,
  preview: z.object({
    name: z.string(),
    isActive: z.boolean(),
    typeOfRoulette: z.enum(rouletteTypes),
    gifts: z.array(shownGift.omit({ _id: true }).extend({ itemName: z.string().nullable(), available_stock: z.int().nullable() })),
    totalProbability: z.number(),
    timers,
    terms: z.string(),
  }),
  async look(roulette, looking) {
    const wrong = faultOf(roulette);
    if (wrong !== undefined) return wrong;
    const shown = [];
    for (const [position, gift] of roulette.gifts.entries()) {
      const item = gift.item_id === null ? undefined : await itemFor(gift.item_id, position, looking);
      if (item instanceof Refusal) return item;
      shown.push({ ...gift, itemName: item?.name ?? null, available_stock: item?.available_stock ?? null });
    }
    const { name, is_active, type_of_roulette, starts_at, ends_at, cooldown_minutes, spins_allowed, terms } = roulette;
    return {
      ...{ name, isActive: is_active, typeOfRoulette: type_of_roulette, gifts: shown, totalProbability: percentOf(WHOLE), terms },
      timers: { startsAt: starts_at, endsAt: ends_at, cooldownMinutes: cooldown_minutes, spinsAllowed: spins_allowed },
    };
  },
  answer: created,
  async make({ gifts, ...roulette }, _preview, { db, newId, at }) {
    const id = newId();
    await db
      .insertInto('roulettes')
      .values({ ...roulette, id, created_at: at })
      .execute();
    const rows = gifts.map(({ name, probability, typeOfGift, pointsValue, item_id }, position) => ({
      ...{ id: newId(), roulette_id: id, position, name, item_id },
      ...{ parts: partsOf(probability), type_of_gift: typeOfGift, points_value: pointsValue },
    }));
    await db.insertInto('roulette_gifts').values(rows).execute();
    return { _id: id, name: roulette.name, status: 'created' as const };
  },
});

/** What is wrong with it in itself. */
function faultOf({ gifts, starts_at, ends_at, spins_allowed }: Asked): Refusal | undefined {
  const total = gifts.reduce((sum, { probability }) => sum + partsOf(probability), 0);
  if (total !== WHOLE) return refuseField('gifts', `The probabilities must total exactly 100, not ${percentOf(total)}`);
  if (starts_at !== null && ends_at !== null && ends_at <= starts_at) return refuseField('ends_at', 'Must be after starts_at');
  if (spins_allowed === 0) return refuseField('spins_allowed', 'Must be at least 1, or -1 for no bound');
  for (const [position, gift] of gifts.entries()) {
    const fault = giftFault(gift);
    if (fault !== undefined) return refuseField(`gifts.${position}.${fault[0]}`, fault[1]);
  }
  return undefined;
}

/** The field, and what is wrong with it. */
function giftFault({ typeOfGift, pointsValue, item_id }: AskedGift): readonly [keyof AskedGift, string] | undefined {
  if (typeOfGift === 'won_points' && pointsValue === null) return ['pointsValue', 'Required where typeOfGift is won_points'];
  if (typeOfGift !== 'won_points' && pointsValue !== null) return ['pointsValue', 'Only where typeOfGift is won_points'];
  if (typeOfGift === 'won_physical' && item_id === null) return ['item_id', 'Required where typeOfGift is won_physical'];
  if (typeOfGift !== 'won_physical' && item_id !== null) return ['item_id', 'Only where typeOfGift is won_physical'];
  return undefined;
}

/** The item as it is now, if it can be a prize. Unknown and another business's are alike. */
async function itemFor(id: string, position: number, { db }: Looking) {
  const item = await db.selectFrom('roulette_items').select(['name', 'available_stock', 'enabled_in_rewards']).where('id', '=', id).executeTakeFirst();
  const next = 'Take an item from roulettes_list_roulette_items that is enabled_in_rewards and has available_stock.';
  if (item === undefined) return refuse('not_found', `gifts.${position}.item_id: There is no item with this id.`, { next });
  if (!item.enabled_in_rewards) return refuse('conflict', `gifts.${position}.item_id: "${item.name}" is not enabled in rewards.`, { next });
  if (item.available_stock < 1) return refuse('conflict', `gifts.${position}.item_id: There is none left of "${item.name}".`, { next });
  return item;
}
