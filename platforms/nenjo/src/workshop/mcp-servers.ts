import { refuse } from 'gatehouse';
import { z } from 'zod';
import { line } from '../fields.js';
import type { Db } from '../tables.js';
import { bindKept } from './bindings.js';
import { named, namedShown, text } from './fields.js';
import { PLACEHOLDER_HINT, addressGivesAway, noSecretArguments, noSecretValues } from './secrets.js';
import { mcpServers } from './tables.js';
import { transports } from './values.js';

const texts = () => z.record(z.string(), z.string());

const url = text(2000)
  .regex(/^https?:\/\/[^\s]+$/, 'Must be an http or https address')
  .refine((address) => !addressGivesAway(address), PLACEHOLDER_HINT)
  .nullable();

export const keptMcpServers = bindKept({
  table: mcpServers,
  path: '/mcp-servers',
  one: 'an external MCP server',
  many: 'external MCP servers',
  about: 'Workers connect to it for the roles that name it.',
  fields: {
    ...named,
    transport: z.enum(transports).describe('stdio: the worker starts command. http: it calls url'),
    command: line(1000).nullable().describe('The program; with stdio only'),
    args: z.array(text(4000)).max(100).superRefine(noSecretArguments).describe('Its arguments'),
    env: z
      .record(z.string().regex(/^[A-Za-z_]\w{0,199}$/, 'Must be the name of a variable'), text(4000))
      .superRefine(noSecretValues)
      .describe('Its environment. Secrets only as {{credentials.name}}'),
    url: url.describe('The address; with http only'),
    headers: z
      .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,200}$/, 'Must be the name of a header'), text(4000).regex(/^\P{Cc}*$/u, 'Must be one line'))
      .superRefine(noSecretValues)
      .describe('Headers to send. Secrets only as {{credentials.name}}'),
    is_active: z.boolean().describe('Whether workers connect to it'),
  },
  defaults: { description: null, command: null, args: [], env: {}, url: null, headers: {}, is_active: true },
  shown: {
    ...namedShown,
    transport: z.enum(transports),
    command: z.string().nullable(),
    args: z.array(z.string()),
    env: texts(),
    url: z.string().nullable(),
    headers: texts(),
    is_active: z.boolean(),
  },
  check: ({ transport, command, url: address, args, env, headers }) => {
    const stdio = transport === 'stdio';
    const fields = [
      ...(stdio && command === null ? [{ path: 'command', message: 'A stdio server needs one' }] : []),
      ...(!stdio && address === null ? [{ path: 'url', message: 'An http server needs one' }] : []),
      ...(stdio && address !== null ? [{ path: 'url', message: 'A stdio server has none' }] : []),
      ...(stdio && Object.keys(headers).length > 0 ? [{ path: 'headers', message: 'A stdio server has none' }] : []),
      ...(!stdio && command !== null ? [{ path: 'command', message: 'An http server has none' }] : []),
      ...(!stdio && args.length > 0 ? [{ path: 'args', message: 'An http server has none' }] : []),
      ...(!stdio && Object.keys(env).length > 0 ? [{ path: 'env', message: 'An http server has none' }] : []),
    ];
    return fields.length === 0 ? undefined : refuse('invalid_input', fields.map(({ path, message }) => `${path}: ${message}`).join('; '), { fields });
  },
  uses: async (db: Db, id) => {
    const roles = await db.selectFrom('agent_roles').select(['name', 'mcp_server_ids']).execute();
    const user = roles.find(({ mcp_server_ids }) => mcp_server_ids.includes(id));
    return user === undefined ? undefined : refuse('conflict', `The role "${user.name}" uses this server.`, { next: 'Take it from the role first.' });
  },
});
