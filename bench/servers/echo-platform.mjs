// A platform of TOOLS tools that answer what they are told, and read nothing.
import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { z } from 'zod';
import { tools } from './tools.mjs';

const bind = bindTo([]);

const operations = tools.map(({ name, title, description, input }) =>
  bind(
    defineOperation({ name, title, description, access: { scope: 'things:read' }, input, output: z.object({ text: z.string() }), effect: 'read' }),
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
