// @ts-check
import { bindTo, col, defineOperation, definePlatform, elicit, promptMessages, refuse, tenantTable, timestamp } from 'gatehouse';
import { z } from 'zod';

const waterings = tenantTable('waterings', {
  columns: { id: col.uuid(), plant: col.text(), millilitres: col.integer(), note: col.nullable(col.text()), watered_at: col.timestamp() },
  indexes: [['plant', 'watered_at'], ['watered_at']],
});
const bind = bindTo([waterings]);

const id = z.uuid().describe('The id of the watering');
const plant = z.string().min(1).max(80).describe('The name of the plant');
const watering = z.object({ id: z.string(), plant: z.string(), millilitres: z.int(), note: z.string().nullable(), watered_at: timestamp() });

const listWaterings = defineOperation({
  name: 'waterings_list',
  title: 'List waterings',
  description: 'Lists waterings, latest first.',
  access: { scope: 'waterings:read' },
  input: z.object({
    plant: plant.optional().describe('Only those of this plant; without it of all'),
    limit: z.int().min(1).max(100).default(20).describe('How many to return'),
  }),
  output: z.array(watering),
  effect: 'read',
  rest: { method: 'GET', path: '/waterings' },
});

/** A tool, a route, and under its URI a resource. */
const getWatering = defineOperation({
  name: 'waterings_get',
  title: 'Get a watering',
  description: 'Returns one watering. Use waterings_list to find its id.',
  access: { scope: 'waterings:read' },
  input: z.object({ id }),
  output: watering,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/waterings/:id' },
  resource: { uri: 'plants://waterings/{id}' },
  tool: true,
});

const logWatering = defineOperation({
  name: 'waterings_create',
  title: 'Log a watering',
  description: 'Logs that a plant was watered, now.',
  access: { scope: 'waterings:write' },
  input: z.object({
    plant,
    millilitres: z.int().min(1).max(5000).describe('How much water'),
    note: z.string().max(500).nullable().default(null).describe('What was noticed'),
  }),
  output: watering,
  effect: 'create',
  rest: { method: 'POST', path: '/waterings' },
});

/** Asks the user first, and so is for agents only: a call over REST has nobody to ask. */
const deleteWatering = defineOperation({
  name: 'waterings_delete',
  title: 'Delete a watering',
  description: 'Deletes a watering, after asking the user.',
  access: { scope: 'waterings:write' },
  input: z.object({ id }),
  output: z.object({ deleted: z.boolean() }),
  errors: ['not_found'],
  effect: 'delete',
  idempotent: true,
});

const whenToWater = defineOperation({
  name: 'when_to_water',
  title: 'When to water',
  description: 'Asks when a plant needs water again, with its last waterings.',
  access: { scope: 'waterings:read' },
  input: z.object({ plant }),
  output: promptMessages,
  effect: 'read',
  prompt: true,
});

export default definePlatform({
  name: 'plants',
  version: '1.0.0',
  scopes: ['waterings:read', 'waterings:write'],
  keys: { prefix: 'plant_', checksum: true, whenNoScopes: 'none', displayLength: 10 },
  tenancy: { plans: { default: { limits: { key: { limit: 60, periodSeconds: 60 } } } } },
  tables: [waterings],
  operations: [
    bind(listWaterings, ({ plant, limit }, { db }) => {
      const latest = db.selectFrom('waterings').selectAll().orderBy('watered_at', 'desc').limit(limit);
      return (plant === undefined ? latest : latest.where('plant', '=', plant)).execute();
    }),
    bind(getWatering, async ({ id }, { db }) => {
      const found = await db.selectFrom('waterings').selectAll().where('id', '=', id).executeTakeFirst();
      return found ?? refuse('not_found', 'There is no watering with this id.');
    }),
    bind(logWatering, async (input, { db, id, now }) => {
      const row = { ...input, id: id(), watered_at: now() };
      await db.insertInto('waterings').values(row).execute();
      return row;
    }),
    bind(deleteWatering, async ({ id }, { db, client, changed }) => {
      const found = await db.selectFrom('waterings').selectAll().where('id', '=', id).executeTakeFirst();
      if (found === undefined) return refuse('not_found', 'There is no watering with this id.');
      const { answer } = await client.ask({ answer: elicit(`Delete this watering of ${found.plant}?`, z.object({ sure: z.boolean() })) });
      if (answer.action !== 'accept' || !answer.content.sure) return { deleted: false };
      await db.deleteFrom('waterings').where('id', '=', id).execute();
      changed(`plants://waterings/${id}`);
      return { deleted: true };
    }),
    bind(
      whenToWater,
      async ({ plant }, { db }) => {
        const last = await db
          .selectFrom('waterings')
          .select(['millilitres', 'note', 'watered_at'])
          .where('plant', '=', plant)
          .orderBy('watered_at', 'desc')
          .limit(5)
          .execute();
        const lines = last.map((row) => `- ${new Date(row.watered_at).toISOString()}: ${row.millilitres} ml${row.note === null ? '' : `, ${row.note}`}`);
        return { messages: [{ role: 'user', content: { type: 'text', text: [`When does ${plant} need water again?`, ...lines].join('\n') } }] };
      },
      {
        complete: {
          plant: async (typed, { db }) => {
            const known = await db.selectFrom('waterings').select('plant').distinct().orderBy('plant').execute();
            return known.map((row) => row.plant).filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
          },
        },
      },
    ),
  ],
});
