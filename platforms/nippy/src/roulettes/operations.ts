import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import * as fields from './fields.js';

export const listItems = defineOperation({
  name: 'roulettes_list_roulette_items',
  title: 'List prize items',
  description:
    'Lists the items that can be prizes, newest first. Call it before you propose a roulette: only items with available_stock > 0 and enabled_in_rewards can be physical prizes.',
  access: { scope: 'roulettes:read' },
  input: z.object({}),
  output: z.array(z.object({ _id: z.string(), name: z.string(), available_stock: z.int(), enabled_in_rewards: z.boolean() })),
  effect: 'read',
  rest: { method: 'GET', path: '/roulettes/items' },
});

export const listRoulettes = defineOperation({
  name: 'roulettes_list_roulettes',
  title: 'List roulettes',
  description: 'Lists the roulettes (prize wheels) of the business, newest first, with how often each was spun. roulettes_get_roulette shows one whole.',
  access: { scope: 'roulettes:read' },
  input: z.object({}),
  output: z.array(fields.shownRoulette),
  effect: 'read',
  rest: { method: 'GET', path: '/roulettes' },
});

export const getRoulette = defineOperation({
  name: 'roulettes_get_roulette',
  title: 'Get a roulette',
  description: 'Shows one roulette whole: its gifts with their probabilities in per cent, timers, terms and counters.',
  access: { scope: 'roulettes:read' },
  input: z.object({ roulette_id: fields.rouletteId }),
  output: fields.shownRoulette.extend({ gifts: z.array(fields.shownGift), timers: fields.timers, terms: z.string() }),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/roulettes/:roulette_id' },
});
