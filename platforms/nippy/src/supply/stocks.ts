import { Refusal, refuse } from 'gatehouse';
import { z } from 'zod';
import { created, line } from '../fields.js';
import { proposable } from '../proposals/write.js';
import { amount, centerId, shownStock, stockAlert, stockId } from './fields.js';
import { placeOf } from './store.js';

export const stockWrites = proposable({
  vertical: 'supply',
  noun: 'stock',
  path: '/supply/stocks',
  title: 'a product',
  description: 'A product of the catalogue, with how many the business has in all. supply_create_stock_assignment puts them into centers.',
  input: z.object({
    product_name: line(120),
    total_stock: z
      .int()
      .min(0)
      .max(1_000_000_000)
      .meta({ examples: [100] })
      .describe('How many there are in all'),
    min_stock_alert: stockAlert().default(0).describe('Centers with fewer are alerted, unless an assignment says otherwise'),
    type: line(60).default('product'),
  }),
  preview: shownStock.omit({ _id: true, createdAt: true }),
  look: ({ product_name, total_stock, min_stock_alert, type }) => ({
    ...{ productName: product_name, totalStock: total_stock, minStockAlert: min_stock_alert, type },
  }),
  answer: created,
  async make(stock, _preview, { db, newId, at }) {
    const id = newId();
    await db
      .insertInto('stocks')
      .values({ ...stock, id, created_at: at })
      .execute();
    return { _id: id, name: stock.product_name, status: 'created' as const };
  },
});

export const assignmentWrites = proposable({
  vertical: 'supply',
  noun: 'stock_assignment',
  path: '/supply/stock-assignments',
  title: 'a stock assignment',
  description: 'It puts some of a product that lies in no center yet into a Nippy Center, beside what is there.',
  input: z.object({
    stock_id: stockId,
    nippy_center_id: centerId,
    quantity: amount().meta({ examples: [10] }),
    min_stock_alert: stockAlert().optional().describe('Alert below so many in this center; absent: as it is, at first the product’s'),
  }),
  preview: z.object({
    productName: z.string(),
    nippyCenterName: z.string(),
    quantity: z.int(),
    currentStock: z.int().describe('In the center, before'),
    currentStockAfter: z.int(),
    unassignedAfter: z.int(),
    minStockAlert: z.int(),
  }),
  async look({ stock_id, nippy_center_id, quantity, min_stock_alert }, { db }) {
    const found = await placeOf(db, stock_id, nippy_center_id);
    if (found instanceof Refusal) return found;
    const { product, place, there } = found;
    const unassigned = product.total_stock - product.assigned_stock;
    if (quantity > unassigned) return refuse('conflict', `Only ${unassigned} of "${product.product_name}" lie in no center yet.`);
    const currentStock = there?.current_stock ?? 0;
    return {
      ...{ productName: product.product_name, nippyCenterName: place.name, quantity, currentStock, currentStockAfter: currentStock + quantity },
      ...{ unassignedAfter: unassigned - quantity, minStockAlert: min_stock_alert ?? there?.min_stock_alert ?? product.min_stock_alert },
    };
  },
  answer: created.extend({ currentStock: z.int() }),
  async make({ stock_id, nippy_center_id, quantity }, { productName, minStockAlert }, { db, newId, at }) {
    await db
      .updateTable('stocks')
      .set((eb) => ({ assigned_stock: eb('assigned_stock', '+', quantity) }))
      .where('id', '=', stock_id)
      .execute();
    const { id, current_stock } = await db
      .insertInto('center_stocks')
      .values({ id: newId(), stock_id, nippy_center_id, current_stock: quantity, min_stock_alert: minStockAlert, created_at: at })
      .onConflict((on) =>
        on.columns(['nippy_center_id', 'stock_id']).doUpdateSet((eb) => ({
          current_stock: eb('center_stocks.current_stock', '+', quantity),
          min_stock_alert: minStockAlert,
        })),
      )
      .returning(['id', 'current_stock'])
      .executeTakeFirstOrThrow();
    return { _id: id, name: productName, status: 'created' as const, currentStock: current_stock };
  },
});
