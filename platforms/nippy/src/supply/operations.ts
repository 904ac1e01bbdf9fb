import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { limit } from '../fields.js';
import * as fields from './fields.js';

const access = { scope: 'supply:read' } as const;

export const listStocks = defineOperation({
  name: 'supply_list_stocks',
  title: 'List products',
  description: 'Lists the product catalogue of the business, newest first. How much lies in each center is in supply_list_nippy_center_stocks.',
  access,
  input: z.object(limit),
  output: z.array(fields.shownStock),
  effect: 'read',
  rest: { method: 'GET', path: '/supply/stocks' },
});

export const listCenters = defineOperation({
  name: 'supply_list_nippy_centers',
  title: 'List Nippy Centers',
  description: 'Lists the Nippy Centers (distribution points) of the business, newest first.',
  access,
  input: z.object(limit),
  output: z.array(fields.shownCenter),
  effect: 'read',
  rest: { method: 'GET', path: '/supply/nippy-centers' },
});

export const listCenterStocks = defineOperation({
  name: 'supply_list_nippy_center_stocks',
  title: 'List stock of centers',
  description:
    'Lists how much of each product lies in one Nippy Center or in all of them, newest assignments first. criticality is out (none left), low (below minStockAlert) or ok.',
  access,
  input: z.object({
    nippy_center_id: z
      .string()
      .regex(/^([0-9a-f]{24})?$/i, 'Must be an id of 24 hex digits, or empty')
      .toLowerCase()
      .default('')
      .describe('From supply_list_nippy_centers; empty: all centers'),
    ...limit,
  }),
  output: z.array(fields.shownCenterStock),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/supply/nippy-center-stocks' },
});

export const lowStockAlerts = defineOperation({
  name: 'supply_get_low_stock_alerts',
  title: 'Low stock alerts',
  description: 'Lists what lies in a center in a lower number than its minStockAlert, the largest lack first.',
  access,
  input: z.object(limit),
  output: z.array(fields.shownCenterStock),
  effect: 'read',
  rest: { method: 'GET', path: '/supply/low-stock-alerts' },
});

export const withdrawalHistory = defineOperation({
  name: 'supply_get_withdrawal_history',
  title: 'Withdrawal history',
  description: 'Lists what was withdrawn from centers, newest first. Both days are included, in UTC.',
  access,
  input: z.object({
    start_date: z.iso.date().optional().describe('First day, such as 2026-01-01; absent: from the beginning'),
    end_date: z.iso.date().optional().describe('Last day; absent: until now'),
    ...limit,
  }),
  output: z.array(fields.shownWithdrawal),
  effect: 'read',
  rest: { method: 'GET', path: '/supply/withdrawals' },
});
