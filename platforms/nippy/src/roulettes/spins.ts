import { Refusal, type RowOf, refuse, timestamp } from 'gatehouse';
import { z } from 'zod';
import { record } from '../analytics/record.js';
import { dayOf } from '../days.js';
import { created, line } from '../fields.js';
import { type Looking, type Making, proposable } from '../proposals/write.js';
import { rouletteId, shownGift } from './fields.js';
import { WHOLE, drawn } from './probability.js';
import { type Gift, giftsOf, unknownRoulette } from './store.js';
import type { roulettes } from './tables.js';
import { UNLIMITED, giftTypes } from './values.js';

export const spinWrites = proposable({
  vertical: 'roulettes',
  noun: 'spin',
  path: '/roulettes/spins',
  title: 'a spin',
  description:
    'A spin draws one gift of a roulette for a person; what is won is theirs, and taken from the stock. The proposal shows the chances and draws nothing.',
  onCreate: 'It draws one gift for the person and takes it from the stock; a gift whose item has run out comes out as lost.',
  input: z.object({ roulette_id: rouletteId, person: line(200).describe('Your own reference of who spins, such as a user id') }),
  preview: z.object({ name: z.string(), person: z.string(), spinsUsed: z.int(), spinsAllowed: z.int(), gifts: z.array(shownGift) }),
  async look({ roulette_id, person }, { db, context }) {
    const roulette = await db.selectFrom('roulettes').selectAll().where('id', '=', roulette_id).executeTakeFirst();
    if (roulette === undefined) return unknownRoulette();
    const closed = closedNow(roulette, context.now());
    if (closed !== undefined) return closed;
    const spinsUsed = await mayPersonSpin(roulette, person, { db, context });
    if (spinsUsed instanceof Refusal) return spinsUsed;
    return { name: roulette.name, person, spinsUsed, spinsAllowed: roulette.spins_allowed, gifts: await giftsOf(db, roulette.id) };
  },
  answer: created.extend({
    outcome: z.enum(giftTypes),
    gift: z.object({ giftId: z.string(), name: z.string(), pointsValue: z.int().nullable() }).nullable(),
    spunAt: timestamp(),
  }),
  async make({ roulette_id, person }, { name, gifts }, { db, newId, at, context }) {
    const id = newId();
    const won = await taken(drawn(gifts, context.randomInt(WHOLE)), db);
    const outcome = won?.typeOfGift ?? 'lost';
    await db
      .insertInto('spins')
      .values({ id, roulette_id, gift_id: won?._id ?? null, outcome, person, day: dayOf(at), spun_at: at })
      .execute();
    await record('spins', { day: dayOf(at), dims: { roulette_id, gift_id: won?._id ?? null, outcome } }, db, context);
    await db
      .updateTable('roulettes')
      .set((eb) => ({ total_spins: eb('total_spins', '+', 1) }))
      .where('id', '=', roulette_id)
      .execute();
    const gift = won === undefined ? null : { giftId: won._id, name: won.name, pointsValue: won.pointsValue };
    return { _id: id, name, status: 'created' as const, outcome, gift, spunAt: at };
  },
});

type Roulette = RowOf<typeof roulettes>;

function closedNow({ name, is_active, starts_at, ends_at }: Roulette, now: number): Refusal | undefined {
  if (!is_active) return refuse('conflict', `The roulette "${name}" is not active.`);
  if (starts_at !== null && now < starts_at) return refuse('conflict', `The roulette "${name}" has not begun.`);
  if (ends_at !== null && now >= ends_at) return refuse('conflict', `The roulette "${name}" has ended.`);
  return undefined;
}

/** How often this person has spun it so far. */
async function mayPersonSpin({ id, spins_allowed, cooldown_minutes }: Roulette, person: string, { db, context }: Looking): Promise<number | Refusal> {
  const { used, last } = await db
    .selectFrom('spins')
    .select((eb) => [eb.fn.countAll<number>().as('used'), eb.fn.max('spun_at').as('last')])
    .where('roulette_id', '=', id)
    .where('person', '=', person)
    .executeTakeFirstOrThrow();
  if (spins_allowed !== UNLIMITED && Number(used) >= spins_allowed)
    return refuse('conflict', `This person has used all ${spins_allowed} spins.`, { next: 'Do not offer another spin of this roulette to this person.' });
  const waitMs = last === null ? 0 : Number(last) + cooldown_minutes * 60_000 - context.now();
  return waitMs > 0 ? refuse('conflict', 'This person has spun it a short while ago.', { retryAfterSeconds: Math.ceil(waitMs / 1000) }) : Number(used);
}

/** The gift, with one less of its item where that is counted; undefined: it has run out. */
async function taken(gift: Gift, db: Making['db']): Promise<Gift | undefined> {
  if (gift.item_id === null) return gift;
  const counted = await db
    .updateTable('roulette_items')
    .set((eb) => ({ available_stock: eb('available_stock', '-', 1) }))
    .where('id', '=', gift.item_id)
    .where('track_inventory', '=', true)
    .where('available_stock', '>', 0)
    .returning('id')
    .executeTakeFirst();
  if (counted !== undefined) return gift;
  const { track_inventory } = await db.selectFrom('roulette_items').select('track_inventory').where('id', '=', gift.item_id).executeTakeFirstOrThrow();
  return track_inventory ? undefined : gift;
}
