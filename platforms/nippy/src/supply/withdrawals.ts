import { Refusal, refuse } from 'gatehouse';
import { z } from 'zod';
import { record } from '../analytics/record.js';
import { dayOf } from '../days.js';
import { created, line } from '../fields.js';
import { proposable } from '../proposals/write.js';
import { amount, centerId, stockId } from './fields.js';
import { placeOf } from './store.js';

export const withdrawalWrites = proposable({
  vertical: 'supply',
  noun: 'withdrawal',
  path: '/supply/withdrawals',
  title: 'a withdrawal',
  description: 'It takes some of a product out of a Nippy Center for good, never more than supply_list_nippy_center_stocks shows there.',
  input: z.object({
    stock_id: stockId,
    nippy_center_id: centerId,
    quantity: amount(),
    person: line(200).nullable().default(null).describe('Your own reference of who takes it'),
    note: line(500).nullable().default(null),
  }),
  preview: z.object({
    productName: z.string(),
    nippyCenterName: z.string(),
    quantity: z.int(),
    currentStock: z.int().describe('In the center, before'),
    currentStockAfter: z.int(),
    person: z.string().nullable(),
    note: z.string().nullable(),
  }),
  async look({ stock_id, nippy_center_id, quantity, person, note }, { db }) {
    const found = await placeOf(db, stock_id, nippy_center_id);
    if (found instanceof Refusal) return found;
    const { product, place, there } = found;
    const currentStock = there?.current_stock ?? 0;
    if (quantity > currentStock) return refuse('conflict', `Only ${currentStock} of "${product.product_name}" are in "${place.name}".`);
    return { productName: product.product_name, nippyCenterName: place.name, quantity, currentStock, currentStockAfter: currentStock - quantity, person, note };
  },
  answer: created.extend({ currentStock: z.int() }),
  async make(withdrawal, { productName }, { db, newId, at, context }) {
    const { stock_id, nippy_center_id, quantity } = withdrawal;
    const left = await db
      .updateTable('center_stocks')
      .set((eb) => ({ current_stock: eb('current_stock', '-', quantity) }))
      .where('stock_id', '=', stock_id)
      .where('nippy_center_id', '=', nippy_center_id)
      .where('current_stock', '>=', quantity)
      .returning('current_stock')
      .executeTakeFirstOrThrow();
    await db
      .updateTable('stocks')
      .set((eb) => ({ total_stock: eb('total_stock', '-', quantity), assigned_stock: eb('assigned_stock', '-', quantity) }))
      .where('id', '=', stock_id)
      .execute();
    const id = newId();
    await db
      .insertInto('withdrawals')
      .values({ ...withdrawal, id, day: dayOf(at), withdrawn_at: at })
      .execute();
    await record('withdrawals', { day: dayOf(at), dims: { stock_id, nippy_center_id }, total: quantity }, db, context);
    return { _id: id, name: productName, status: 'created' as const, currentStock: left.current_stock };
  },
});
