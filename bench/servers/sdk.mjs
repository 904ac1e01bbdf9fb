// The official SDK 2.x on node:http, stateless: its own handler, which serves clients of both eras. Nothing is authenticated.
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer, createMcpHandler } from '@modelcontextprotocol/server';
import { announce } from './announce.mjs';
import { tools } from './tools.mjs';

const handler = toNodeHandler(
  createMcpHandler(() => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' });
    for (const { name, description, input } of tools)
      server.registerTool(name, { description, inputSchema: input }, async ({ text }) => ({ content: [{ type: 'text', text }] }));
    return server;
  }),
);
const server = createServer((request, response) => {
  handler(request, response);
});
server.listen(0, '127.0.0.1', () => announce({ url: `http://127.0.0.1:${server.address().port}/mcp` }));
