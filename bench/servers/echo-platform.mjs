// A platform of TOOLS tools that answer what they are told, and read nothing.
import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { z } from 'zod';

const bind = bindTo([]);

const operations = Array.from({ length: Number(process.env.TOOLS ?? 1) }, (_, i) =>
  bind(
    defineOperation({
      name: i === 0 ? 'echo' : `tool_${i}`,
      title: `Tool ${i}`,
      description: `Tool number ${i}: takes a text and answers with the same text, for measuring`,
      access: { scope: 'things:read' },
      input: z.object({ text: z.string().describe('what to say'), n: z.number().describe('a number').optional() }),
      output: z.object({ text: z.string() }),
      effect: 'read',
    }),
    ({ text }) => ({ text }),
  ),
);

export default definePlatform({
  name: 'bench',
  version: '1.0.0',
  scopes: ['things:read'],
  keys: { prefix: 'ben_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
  tables: [],
  operations,
});
