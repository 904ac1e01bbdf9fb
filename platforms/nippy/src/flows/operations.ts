import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { limit } from '../fields.js';
import * as fields from './fields.js';

const access = { scope: 'flows:read' } as const;

export const listFlows = defineOperation({
  name: 'flows_list_flows',
  title: 'List flows',
  description: 'Lists the flows (registration landing pages) of the business, newest first, with their visits and their public address.',
  access,
  input: z.object(limit),
  output: z.array(fields.shownFlow),
  effect: 'read',
  rest: { method: 'GET', path: '/flows' },
});

export const flowStats = defineOperation({
  name: 'flows_get_flow_stats',
  title: 'Get statistics of all flows',
  description: 'Totals over all flows of the business. For one flow use flows_get_flow_by_slug, over time analytics_query.',
  access,
  input: z.object({}),
  output: z.object({
    totalFlows: z.int(),
    activeFlows: z.int(),
    inactiveFlows: z.int(),
    totalCompletions: z.int(),
    totalVisits: z.int(),
    uniqueVisits: z.int().describe('Visitors, each counted once a day and flow'),
    conversionRate: fields.conversionRate,
  }),
  effect: 'read',
  rest: { method: 'GET', path: '/flows/stats' },
});

export const getFlow = defineOperation({
  name: 'flows_get_flow_by_slug',
  title: 'Get a flow',
  description: 'Shows one flow whole: the fields of its form, where it leads to, UTM values, visits and the public address.',
  access,
  input: z.object({ slug: fields.slug }),
  output: fields.wholeFlow,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/flows/:slug' },
});

export const listRegistrations = defineOperation({
  name: 'flows_list_registrations',
  title: 'List registrations',
  description: 'Lists who registered at a flow, newest first, with what they filled in. It is personal data: show no more of it than is asked for.',
  access,
  input: z.object({ slug: fields.slug, ...limit }),
  output: z.array(
    z.object({
      _id: z.string(),
      slug: z.string(),
      answers: z.record(z.string(), z.string()).describe('By the names of the registrationFields'),
      utm: fields.shownUtm,
      registeredAt: timestamp(),
    }),
  ),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/flows/:slug/registrations' },
});
