import { col, tenantTable } from 'gatehouse';
import type { GiftType, RouletteType } from './values.js';

/** Prizes that a business has to give. */
export const rouletteItems = tenantTable('roulette_items', {
  columns: {
    id: col.text(),
    name: col.text(),
    available_stock: col.integer(),
    description: col.text(),
    currency: col.nullable(col.text()),
    track_inventory: col.boolean(),
    enabled_in_rewards: col.boolean(),
    created_at: col.timestamp(),
  },
  indexes: [['created_at', 'id']],
});

export const roulettes = tenantTable('roulettes', {
  columns: {
    id: col.text(),
    name: col.text(),
    type_of_roulette: col.text<RouletteType>(),
    starts_at: col.nullable(col.timestamp()),
    ends_at: col.nullable(col.timestamp()),
    cooldown_minutes: col.integer(),
    /** For each person; -1 is no bound. */
    spins_allowed: col.integer(),
    terms: col.text(),
    is_active: col.boolean(),
    total_spins: col.or(col.integer(), 0),
    created_at: col.timestamp(),
  },
  indexes: [['created_at', 'id']],
});

export const rouletteGifts = tenantTable('roulette_gifts', {
  columns: {
    id: col.text(),
    roulette_id: col.text(),
    position: col.integer(),
    name: col.text(),
    /** Its probability, in parts of a million. */
    parts: col.integer(),
    type_of_gift: col.text<GiftType>(),
    points_value: col.nullable(col.integer()),
    item_id: col.nullable(col.text()),
  },
  unique: [['roulette_id', 'position']],
  references: { roulette_id: { table: 'roulettes', onDelete: 'cascade' }, item_id: { table: 'roulette_items' } },
});

/** What came of each spin. Never changes. */
export const spins = tenantTable('spins', {
  columns: {
    id: col.text(),
    roulette_id: col.text(),
    /** null: what was drawn had run out. */
    gift_id: col.nullable(col.text()),
    outcome: col.text<GiftType>(),
    /** The business's own reference of who span. */
    person: col.text(),
    /** `2026-01-31`, in UTC. */
    day: col.text(),
    spun_at: col.timestamp(),
  },
  indexes: [['spun_at'], ['day', 'id'], ['roulette_id', 'person', 'spun_at']],
  references: { roulette_id: { table: 'roulettes' } },
});
