import { z } from 'zod';
import { created, line } from '../fields.js';
import { proposable } from '../proposals/write.js';
import { currency } from './fields.js';

const input = z.object({
  name: line(120),
  available_stock: z.int().min(0).max(1_000_000_000).default(0).describe('How many there are to win'),
  description: z.string().trim().max(2000).default(''),
  currency,
  track_inventory: z.boolean().default(true).describe('Whether each win takes one from the stock'),
  enabled_in_rewards: z.boolean().default(true).describe('Whether roulettes may have it as a prize'),
});

export const itemWrites = proposable({
  vertical: 'roulettes',
  noun: 'item',
  path: '/roulettes/items',
  title: 'a prize item',
  description: 'An item is a thing that people can win at a roulette; its country is that of the business.',
  input,
  preview: z.object(input.shape),
  look: (item) => item,
  answer: created,
  async make(item, _preview, { db, newId, at }) {
    const id = newId();
    await db
      .insertInto('roulette_items')
      .values({ ...item, id, created_at: at })
      .execute();
    return { _id: id, name: item.name, status: 'created' as const };
  },
});
