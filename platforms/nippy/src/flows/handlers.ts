import { bind } from '../tables.js';
import { flowWrites } from './flows.js';
import * as operations from './operations.js';
import { statusWrites } from './status.js';
import { addresses, conversionRate, flowOf, showFlow, showRedirect, showUtm, unknownFlow } from './store.js';

export const flowBindings = [
  bind(operations.listFlows, async ({ limit }, context) => {
    const rows = await context.db.selectFrom('flows').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    if (rows.length === 0) return [];
    const addressOf = await addresses(context);
    return rows.map((flow) => showFlow(flow, addressOf(flow.slug)));
  }),
  bind(operations.flowStats, async (_, { db }) => {
    const totals = await db
      .selectFrom('flows')
      .select((eb) => [
        'is_active',
        eb.fn.countAll<number>().as('flows'),
        eb.fn.sum<number>('completed_count').as('completions'),
        eb.fn.sum<number>('total_visit_count').as('visits'),
        eb.fn.sum<number>('unique_visit_count').as('unique'),
      ])
      .groupBy('is_active')
      .execute();
    const sum = (of: 'flows' | 'completions' | 'visits' | 'unique', rows = totals) => rows.reduce((all, row) => all + Number(row[of]), 0);
    const [completions, uniqueVisits] = [sum('completions'), sum('unique')];
    const activeFlows = sum(
      'flows',
      totals.filter(({ is_active }) => is_active),
    );
    return {
      ...{ totalFlows: sum('flows'), activeFlows, inactiveFlows: sum('flows') - activeFlows },
      ...{ totalCompletions: completions, totalVisits: sum('visits'), uniqueVisits, conversionRate: conversionRate(completions, uniqueVisits) },
    };
  }),
  bind(operations.getFlow, async ({ slug }, context) => {
    const flow = await flowOf(context.db, slug);
    if (flow === undefined) return unknownFlow();
    const { description, language, registration_fields, created_at } = flow;
    const publicUrl = (await addresses(context))(slug);
    return {
      ...{ ...showFlow(flow, publicUrl), description, language, registrationFields: [...registration_fields] },
      ...{ redirect: showRedirect(flow), utm: showUtm(flow), createdAt: created_at },
    };
  }),
  bind(operations.listRegistrations, async ({ slug, limit }, { db }) => {
    const flow = await flowOf(db, slug);
    if (flow === undefined) return unknownFlow();
    const rows = await db
      .selectFrom('registrations')
      .selectAll()
      .where('flow_id', '=', flow.id)
      .orderBy('registered_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ _id: row.id, slug, answers: { ...row.answers }, utm: showUtm(row), registeredAt: row.registered_at }));
  }),
  ...flowWrites,
  ...statusWrites,
];
