import { z } from 'zod';
import { created } from '../fields.js';
import { proposable } from '../proposals/write.js';
import { slug } from './fields.js';
import { flowOf, unknownFlow } from './store.js';

/** Opens a flow's page to the public, or closes it. */
export const statusWrites = proposable({
  vertical: 'flows',
  noun: 'flow_status',
  path: '/flows/status',
  title: 'a status of a flow',
  description: 'It opens the page of a flow to the public, or closes it; what was registered stays.',
  input: z.object({ slug, is_active: z.boolean() }),
  preview: z.object({ _id: z.string(), slug: z.string(), name: z.string(), isActive: z.boolean(), isActiveAfter: z.boolean() }),
  async look({ slug, is_active }, { db }) {
    const flow = await flowOf(db, slug);
    if (flow === undefined) return unknownFlow();
    return { _id: flow.id, slug, name: flow.name, isActive: flow.is_active, isActiveAfter: is_active };
  },
  answer: created.extend({ slug: z.string(), isActive: z.boolean() }),
  async make({ slug, is_active }, { _id, name }, { db }) {
    await db.updateTable('flows').set({ is_active }).where('id', '=', _id).execute();
    return { _id, name, status: 'created' as const, slug, isActive: is_active };
  },
});
