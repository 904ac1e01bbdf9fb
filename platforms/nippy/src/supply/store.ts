import { type Refusal, type RowOf, refuse } from 'gatehouse';
import type { Looking } from '../proposals/write.js';
import type { criticalities } from './fields.js';
import type { nippyCenters, stocks } from './tables.js';

type Reads = Looking['db'];

/** The same for what another business has. */
function unknownStock(): Refusal {
  return refuse('not_found', 'There is no product with this stock_id.', { next: 'Take ids from supply_list_stocks.' });
}

export function unknownCenter(): Refusal {
  return refuse('not_found', 'There is no Nippy Center with this id.', { next: 'Take ids from supply_list_nippy_centers.' });
}

export function showStock({ id, product_name, total_stock, min_stock_alert, type, created_at }: RowOf<typeof stocks>) {
  return { _id: id, productName: product_name, totalStock: total_stock, minStockAlert: min_stock_alert, type, createdAt: created_at };
}

export function showCenter({ id, name, address, latitude, longitude, maps_url, capacity, schedule, is_active, type }: RowOf<typeof nippyCenters>) {
  return { _id: id, name, address, geo: { latitude, longitude, mapsUrl: maps_url }, capacity, schedule, isActive: is_active, type };
}

/** Rows of what lies in centers, each with its product's name. */
export function centerStocks(db: Reads) {
  return db.selectFrom('center_stocks').innerJoin('stocks', 'stocks.id', 'center_stocks.stock_id').selectAll('center_stocks').select('stocks.product_name');
}

interface CenterStockRow {
  readonly id: string;
  readonly stock_id: string;
  readonly nippy_center_id: string;
  readonly current_stock: number;
  readonly min_stock_alert: number;
  readonly product_name: string;
}

export function showCenterStock({ id, stock_id, nippy_center_id, current_stock, min_stock_alert, product_name }: CenterStockRow) {
  return {
    ...{ _id: id, stockId: stock_id, nippyCenterId: nippy_center_id, currentStock: current_stock, minStockAlert: min_stock_alert },
    ...{ criticality: criticalityOf(current_stock, min_stock_alert), productName: product_name },
  };
}

function criticalityOf(current: number, alert: number): (typeof criticalities)[number] {
  if (current === 0) return 'out';
  return current < alert ? 'low' : 'ok';
}

/** The product and the center of these ids. */
export async function placeOf(db: Reads, stock: string, center: string) {
  const product = await db.selectFrom('stocks').selectAll().where('id', '=', stock).executeTakeFirst();
  if (product === undefined) return unknownStock();
  const place = await db.selectFrom('nippy_centers').selectAll().where('id', '=', center).executeTakeFirst();
  if (place === undefined) return unknownCenter();
  const there = await db.selectFrom('center_stocks').selectAll().where('nippy_center_id', '=', center).where('stock_id', '=', stock).executeTakeFirst();
  return { product, place, there };
}
