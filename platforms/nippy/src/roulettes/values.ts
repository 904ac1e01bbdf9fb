/** How a roulette looks to the people who spin it. */
export const rouletteTypes = ['wheel', 'slots', 'scratch_card'] as const;
/** What a gift is: points, nothing, a code or a discount, a thing of one's own items. */
export const giftTypes = ['won_points', 'lost', 'won_digital', 'won_physical'] as const;

export type RouletteType = (typeof rouletteTypes)[number];
export type GiftType = (typeof giftTypes)[number];

/** As the documentation has it: no bound. */
export const UNLIMITED = -1;
