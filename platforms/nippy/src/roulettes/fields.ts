import { timestamp } from 'gatehouse';
import { z } from 'zod';
import { line } from '../fields.js';
import { objectId } from '../ids.js';
import { probability } from './probability.js';
import { giftTypes, rouletteTypes } from './values.js';

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const currency = z
  .string()
  .length(3)
  .refine((code) => currencies.has(code), 'Must be a currency code of ISO 4217, such as MXN')
  .meta({ examples: ['MXN'] })
  .nullable()
  .default(null)
  .describe('ISO 4217, such as MXN; null: that of the business’s country');

export const rouletteId = objectId().describe('From roulettes_list_roulettes');

/** A gift as it is given, in the names in which it is shown. */
export const gift = z.strictObject({
  name: line(120),
  probability: probability().describe('Per cent; those of all gifts total exactly 100'),
  typeOfGift: z.enum(giftTypes).describe('won_points needs pointsValue, won_physical needs item_id, lost is no prize'),
  pointsValue: z.int().min(1).max(1_000_000_000).nullable().default(null).describe('Only with won_points'),
  item_id: objectId().nullable().default(null).describe('Only with won_physical: from roulettes_list_roulette_items'),
});

export const gifts = z
  .array(gift)
  .min(1)
  .max(50)
  .meta({ examples: [[{ name: 'Keep participating', probability: 100, typeOfGift: 'lost' }]] });

export const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const shownGift = z.object({
  _id: z.string(),
  name: z.string(),
  probability: z.number(),
  typeOfGift: z.enum(giftTypes),
  pointsValue: z.int().nullable(),
  item_id: z.string().nullable(),
});

export const timers = z.object({
  startsAt: timestamp().nullable(),
  endsAt: timestamp().nullable(),
  cooldownMinutes: z.int(),
  spinsAllowed: z.int(),
});

export const shownRoulette = z.object({
  _id: z.string(),
  name: z.string(),
  isActive: z.boolean(),
  typeOfRoulette: z.enum(rouletteTypes),
  totalSpins: z.int(),
  createdAt: timestamp(),
});
