import { z } from 'zod';

/** Probabilities are reckoned in whole parts of a million, so that 33.3333 + 33.3333 + 33.3334 is 100 and 0.1 + 0.2 is 0.3. */
export const WHOLE = 1_000_000;
const PARTS_OF_PER_CENT = 10_000;

/** Per cent, with at most four decimals. */
export const probability = () =>
  z
    .number()
    .positive('Must be more than 0')
    .max(100)
    .refine((percent) => partsOf(percent) / PARTS_OF_PER_CENT === percent, 'Must have at most four decimals');

/** Exact for what `probability` lets in: the nearest whole number to a product that is off by far less than a half. */
export const partsOf = (percent: number): number => Math.round(percent * PARTS_OF_PER_CENT);

/** Per cent, the very number that was given: the nearest to the same decimal. */
export const percentOf = (parts: number): number => parts / PARTS_OF_PER_CENT;

/** Which of them is drawn, one after another as long as its parts are. @param ticket a whole number, at least 0 and less than WHOLE */
export function drawn<Gift extends { readonly probability: number }>(gifts: readonly Gift[], ticket: number): Gift {
  let passed = 0;
  for (const gift of gifts) {
    passed += partsOf(gift.probability);
    if (ticket < passed) return gift;
  }
  throw new Error(`The ticket ${ticket} is beyond ${passed} parts: the probabilities do not total 100.`);
}
