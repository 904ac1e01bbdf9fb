import { timestamp } from 'gatehouse';
import { z } from 'zod';
import { conditions, stepTypes, triggers } from './values.js';

/** The lowest comes first. */
export const orderIndex = z.int();

export const pipeline = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  trigger: z.enum(triggers),
  is_active: z.boolean(),
  is_default: z.boolean(),
  max_retries: z.int(),
  metadata: z.record(z.string(), z.unknown()),
  created_by: z.string().nullable(),
  created_at: timestamp(),
  updated_at: timestamp(),
});

export const step = z.object({
  id: z.string(),
  pipeline_id: z.string(),
  name: z.string(),
  step_type: z.enum(stepTypes),
  agent_id: z.string().nullable(),
  council_id: z.string().nullable(),
  role_id: z.string().nullable(),
  lambda_id: z.string().nullable(),
  config: z.record(z.string(), z.unknown()),
  position_x: z.number(),
  position_y: z.number(),
  order_index: z.int(),
  created_at: timestamp(),
  updated_at: timestamp(),
});

export const edge = z.object({
  id: z.string(),
  pipeline_id: z.string(),
  source_step_id: z.string(),
  target_step_id: z.string(),
  condition: z.enum(conditions),
  metadata: z.record(z.string(), z.unknown()),
  order_index: z.int(),
  created_at: timestamp(),
  updated_at: timestamp(),
});
