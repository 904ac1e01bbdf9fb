import { timestamp } from 'gatehouse';
import { z } from 'zod';
import { isHttpsUrl, line } from '../fields.js';
import { objectId } from '../ids.js';
import { fieldTypes, languages, redirectTypes } from './values.js';

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const SLUG_LENGTH = 80;

/** Left out and empty alike are missing: the documentation gives it an empty default. */
export const slug = z
  .string()
  .min(1, 'Required, a string')
  .max(SLUG_LENGTH)
  .regex(SLUG, 'Must be lower-case letters, digits and single dashes')
  .meta({ default: '', examples: ['summer-2026'] })
  .describe('From flows_list_flows');

/** The names that it may not have are addresses of their own beside the flows. */
export const newSlug = z
  .string()
  .max(SLUG_LENGTH)
  .regex(SLUG, 'Must be lower-case letters, digits and single dashes')
  .refine((text) => !['stats', 'propose', 'status'].includes(text), 'Is taken by the API')
  .nullable()
  .default(null)
  .meta({ description: 'Part of the public address; null: made from the name', examples: ['summer-2026'] });

export const registrationField = z.object({
  name: z
    .string()
    .max(40)
    .regex(/^[a-z][a-z0-9_]*$/, 'Must be lower-case letters, digits and underscores'),
  label: line(120).nullable().default(null).describe('As people read it; null: made from the name'),
  type: z.enum(fieldTypes).default('text'),
  required: z.boolean().default(true),
});

export const httpsUrl = z
  .string()
  .trim()
  .max(2000)
  .refine(isHttpsUrl, 'Must be a whole address that begins with https://, without a name, a password, spaces and backslashes')
  .meta({ examples: ['https://example.com/thanks'] });

export const shownField = z.object({ name: z.string(), label: z.string(), type: z.enum(fieldTypes), required: z.boolean() });

export const shownRedirect = z.object({
  type: z.enum(redirectTypes),
  roulette_id: z.string().nullable(),
  course_id: z.string().nullable(),
  url: z.string().nullable(),
});

export const shownUtm = z.object({ source: z.string().nullable(), campaign: z.string().nullable() });

export const conversionRate = z.number().describe('Completions for each unique visit, from 0 to 1');

const metrics = {
  completedCount: z.int().describe('Registrations'),
  uniqueVisitCount: z.int().describe('Visitors, each counted once a day'),
  totalVisitCount: z.int(),
  conversionRate,
};

export const shownFlow = z.object({ slug: z.string(), name: z.string(), isActive: z.boolean(), ...metrics, publicUrl: z.string() });

export const wholeFlow = shownFlow.extend({
  description: z.string(),
  language: z.enum(languages),
  registrationFields: z.array(shownField),
  redirect: shownRedirect,
  utm: shownUtm,
  createdAt: timestamp(),
});

export const redirectId = objectId().nullable().default(null);

/** What is left to do where there is a console. */
export const UNFINISHED = ['document upload', 'Palenca set-up', 'extra redirects'] as const;
export const unfinished = z.array(z.string()).describe('A flow made here is a scaffold: these are set up in the console');
