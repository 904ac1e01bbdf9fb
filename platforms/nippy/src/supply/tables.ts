import { col, tenantTable } from 'gatehouse';

/** Products of a business. */
export const stocks = tenantTable('stocks', {
  columns: {
    id: col.text(),
    product_name: col.text(),
    /** All there are, wherever they lie. */
    total_stock: col.integer(),
    /** Of them those that lie in centers. */
    assigned_stock: col.or(col.integer(), 0),
    min_stock_alert: col.integer(),
    type: col.text(),
    created_at: col.timestamp(),
  },
  indexes: [['created_at', 'id']],
});

/** Points of distribution. */
export const nippyCenters = tenantTable('nippy_centers', {
  columns: {
    id: col.text(),
    name: col.text(),
    address: col.text(),
    latitude: col.real(),
    longitude: col.real(),
    maps_url: col.nullable(col.text()),
    capacity: col.nullable(col.integer()),
    schedule: col.text(),
    type: col.text(),
    is_active: col.or(col.boolean(), true),
    created_at: col.timestamp(),
  },
  indexes: [['created_at', 'id']],
});

/** How much of a product lies in a center. */
export const centerStocks = tenantTable('center_stocks', {
  columns: {
    id: col.text(),
    stock_id: col.text(),
    nippy_center_id: col.text(),
    current_stock: col.integer(),
    min_stock_alert: col.integer(),
    created_at: col.timestamp(),
  },
  unique: [['nippy_center_id', 'stock_id']],
  indexes: [['created_at', 'id']],
  references: { stock_id: { table: 'stocks' }, nippy_center_id: { table: 'nippy_centers' } },
});

/** What was taken out of centers. Never changes. */
export const withdrawals = tenantTable('withdrawals', {
  columns: {
    id: col.text(),
    stock_id: col.text(),
    nippy_center_id: col.text(),
    quantity: col.integer(),
    /** The business's own reference of who took it. */
    person: col.nullable(col.text()),
    note: col.nullable(col.text()),
    /** `2026-01-31`, in UTC. */
    day: col.text(),
    withdrawn_at: col.timestamp(),
  },
  indexes: [['withdrawn_at'], ['day', 'withdrawn_at'], ['day', 'id']],
  references: { stock_id: { table: 'stocks' }, nippy_center_id: { table: 'nippy_centers' } },
});
