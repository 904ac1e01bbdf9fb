// fastmcp, stateless, with JSON for answers. Nothing is authenticated.
import { FastMCP } from 'fastmcp';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { announce } from './announce.mjs';
import { tools } from './tools.mjs';

const silent = () => {};
const server = new FastMCP({
  name: 'bench',
  version: '1.0.0',
  logger: { debug: silent, error: silent, info: silent, log: silent, warn: silent },
  ping: { enabled: false },
});
for (const { name, description, input } of tools) server.addTool({ name, description, parameters: input, execute: async ({ text }) => text });
const port = await freePort();
await server.start({ transportType: 'httpStream', httpStream: { port, host: '127.0.0.1', stateless: true, enableJsonResponse: true } });
announce({ url: `http://127.0.0.1:${port}/mcp` });
