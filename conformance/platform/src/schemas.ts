import { z } from 'zod';
import { text, tool } from './declare.js';

const address = z.object({ street: z.string().optional(), city: z.string().optional() }).meta({ id: 'address', $anchor: 'addressDef' });

/** By name, since what has a member `then` might be awaited. */
function conditional(...schemas: readonly object[]): object {
  return Object.fromEntries(['if', 'then', 'else'].map((keyword, i) => [keyword, schemas[i]]));
}

/** Every keyword of JSON Schema 2020-12 that the suite looks for. What Zod has no word for stands in `meta`. */
const contact = z
  .object({
    name: z.string().optional(),
    address: address.optional(),
    contactMethod: z.enum(['phone', 'email']).optional(),
    phone: z.string().optional(),
    email: z.string().optional(),
  })
  .meta({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    ...conditional({ properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] }, { required: ['phone'] }, { required: ['email'] }),
  });

const region = z.string().meta({ 'x-mcp-header': 'Region' });

/** Tools whose schemas say something out of the ordinary. */
export const schemaBindings = [
  tool({ name: 'json_schema_2020_12_tool', description: 'Has a schema with definitions, conditions and alternatives.' }, contact, () => text('Noted.')),
  tool({ name: 'test_region', description: 'Has an argument that travels in a header as well.' }, z.object({ region }), ({ region }) => text(region)),
];
