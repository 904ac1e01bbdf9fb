import { timestamp } from 'gatehouse';
import { z } from 'zod';
import { objectId } from '../ids.js';

/** How a center's stock stands to its alert: none left, below it, or not below. */
export const criticalities = ['out', 'low', 'ok'] as const;

export const stockId = objectId().describe('From supply_list_stocks');
export const centerId = objectId().describe('From supply_list_nippy_centers');
export const amount = () => z.int().min(1).max(1_000_000_000);
export const stockAlert = () => z.int().min(0).max(1_000_000_000);

const geo = z.object({ latitude: z.number(), longitude: z.number(), mapsUrl: z.string().nullable() });

export const shownStock = z.object({
  _id: z.string(),
  productName: z.string(),
  totalStock: z.int(),
  minStockAlert: z.int(),
  type: z.string(),
  createdAt: timestamp(),
});

export const shownCenter = z.object({
  _id: z.string(),
  name: z.string(),
  address: z.string(),
  geo,
  capacity: z.int().nullable(),
  schedule: z.string(),
  isActive: z.boolean(),
  type: z.string(),
});

export const shownCenterStock = z.object({
  _id: z.string(),
  stockId: z.string(),
  nippyCenterId: z.string(),
  currentStock: z.int(),
  minStockAlert: z.int(),
  criticality: z.enum(criticalities),
  productName: z.string(),
});

export const shownWithdrawal = z.object({
  _id: z.string(),
  stockId: z.string(),
  nippyCenterId: z.string(),
  productName: z.string(),
  nippyCenterName: z.string(),
  quantity: z.int(),
  person: z.string().nullable(),
  note: z.string().nullable(),
  withdrawnAt: timestamp(),
});
