import { refuseField } from 'gatehouse';
import { bind } from '../tables.js';
import { centerWrites } from './centers.js';
import * as operations from './operations.js';
import { assignmentWrites, stockWrites } from './stocks.js';
import { centerStocks, showCenter, showCenterStock, showStock, unknownCenter } from './store.js';
import { withdrawalWrites } from './withdrawals.js';

export const supplyBindings = [
  bind(operations.listStocks, async ({ limit }, { db }) => {
    const rows = await db.selectFrom('stocks').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return rows.map(showStock);
  }),
  bind(operations.listCenters, async ({ limit }, { db }) => {
    const rows = await db.selectFrom('nippy_centers').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return rows.map(showCenter);
  }),
  bind(operations.listCenterStocks, async ({ nippy_center_id, limit }, { db }) => {
    let query = centerStocks(db);
    if (nippy_center_id !== '') {
      const center = await db.selectFrom('nippy_centers').select('id').where('id', '=', nippy_center_id).executeTakeFirst();
      if (center === undefined) return unknownCenter();
      query = query.where('center_stocks.nippy_center_id', '=', nippy_center_id);
    }
    const rows = await query.orderBy('center_stocks.created_at', 'desc').orderBy('center_stocks.id', 'desc').limit(limit).execute();
    return rows.map(showCenterStock);
  }),
  bind(operations.lowStockAlerts, async ({ limit }, { db }) => {
    const rows = await centerStocks(db)
      .whereRef('center_stocks.current_stock', '<', 'center_stocks.min_stock_alert')
      .orderBy((eb) => eb('center_stocks.min_stock_alert', '-', eb.ref('center_stocks.current_stock')), 'desc')
      .orderBy('center_stocks.id')
      .limit(limit)
      .execute();
    return rows.map(showCenterStock);
  }),
  bind(operations.withdrawalHistory, async ({ start_date, end_date, limit }, { db }) => {
    if (start_date !== undefined && end_date !== undefined && end_date < start_date) return refuseField('end_date', 'Must not be before start_date');
    let query = db
      .selectFrom('withdrawals')
      .innerJoin('stocks', 'stocks.id', 'withdrawals.stock_id')
      .innerJoin('nippy_centers', 'nippy_centers.id', 'withdrawals.nippy_center_id')
      .selectAll('withdrawals')
      .select(['stocks.product_name', 'nippy_centers.name as center_name']);
    if (start_date !== undefined) query = query.where('withdrawals.day', '>=', start_date);
    if (end_date !== undefined) query = query.where('withdrawals.day', '<=', end_date);
    const rows = await query
      .orderBy('withdrawals.day', 'desc')
      .orderBy('withdrawals.withdrawn_at', 'desc')
      .orderBy('withdrawals.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ id, stock_id, nippy_center_id, product_name, center_name, quantity, person, note, withdrawn_at }) => ({
      ...{ _id: id, stockId: stock_id, nippyCenterId: nippy_center_id, productName: product_name, nippyCenterName: center_name },
      ...{ quantity, person, note, withdrawnAt: withdrawn_at },
    }));
  }),
  ...withdrawalWrites,
  ...centerWrites,
  ...stockWrites,
  ...assignmentWrites,
];
