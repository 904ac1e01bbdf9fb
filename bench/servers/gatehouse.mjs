// Gatehouse as it is shipped: a platform with TOOLS tools on a SQLite file, a real key, every check on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindTo, createLogger, defineOperation, definePlatform, openGatehouse, readConfig } from 'gatehouse';
import { z } from 'zod';
import { announce } from './announce.mjs';

const count = Number(process.env.TOOLS ?? 1);
const bind = bindTo([]);

const operations = Array.from({ length: count }, (_, i) =>
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

const platform = definePlatform({
  name: 'bench',
  version: '1.0.0',
  scopes: ['things:read'],
  keys: { prefix: 'ben_', checksum: false, whenNoScopes: 'none', displayLength: 8 },
  tables: [],
  operations,
});

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const gatehouse = await openGatehouse({
  platform,
  config: readConfig({ port: '0', data: folder }, {}, []),
  logger: createLogger({ level: process.env.LOG_LEVEL ?? 'info', pretty: false }),
  databaseFile: join(folder, 'gatehouse.db'),
  rootSecret: 'a root secret that is only for measuring',
});
const user = await gatehouse.users.create('bench@example.com');
const { raw } = await gatehouse.keys.mint({ tenant: user.homeTenant, user: user.id, name: 'bench', scopes: ['things:read'], createdBy: 'cli' });
announce({ url: `${await gatehouse.listen()}/mcp`, headers: { authorization: `Bearer ${raw}` } });
