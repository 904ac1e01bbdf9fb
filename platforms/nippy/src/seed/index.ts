import { type Refusal, type SeedContext, refuse } from 'gatehouse';
import { newId } from '../ids.js';
import type { Database } from '../tables.js';
import { cafes } from './cafes.js';
import { couriers } from './couriers.js';
import { plantFlows, plantLearning } from './people.js';
import { plantRoulettes, plantSupply } from './goods.js';
import type { Planting } from './planting.js';
import type { SampleBusiness } from './shapes.js';

const DAY_MS = 86_400_000;
/** How far back it goes. */
const DAYS = 60;

const businesses: Readonly<Record<string, SampleBusiness>> = { couriers, cafes };
export const samples = Object.keys(businesses);

/** Sixty days of a business. The same each time, but for ids and for times, which end now. */
export async function seed(context: SeedContext<Database>): Promise<Readonly<Record<string, number>> | Refusal> {
  const there = await context.tx(({ db }) => db.selectFrom('roulettes').select('name').limit(1).executeTakeFirst());
  if (there !== undefined) return refuse('conflict', `The business has roulettes already, such as "${there.name}": only one without any is filled.`);
  const planting = plantingOf(context);
  const roulettes = await plantRoulettes(planting);
  const supply = await plantSupply(planting);
  const learning = await plantLearning(planting);
  const flows = await plantFlows(planting, { roulette: roulettes.ids, course: learning.ids });
  return { ...roulettes.made, ...supply, ...learning.made, ...flows };
}

function plantingOf(context: SeedContext<Database>): Planting {
  const now = context.now();
  const chance = chances(20_260_131);
  return {
    business: businesses[context.sample ?? 'couriers'] ?? couriers,
    context,
    since: now - DAYS * DAY_MS,
    newId: () => newId(context.id()),
    chance,
    moments: (aDay) =>
      Array.from({ length: aDay * DAYS }, () => now - Math.floor(chance() * DAYS * DAY_MS))
        .filter(() => chance() < 0.8)
        .sort((a, b) => a - b),
  };
}

function chances(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
