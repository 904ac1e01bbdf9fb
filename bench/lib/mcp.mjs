// The requests that are measured.
const call = { name: 'echo', arguments: { text: 'hello from the load generator, forty-odd bytes long' } };
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const rpc = (method, params) => JSON.stringify({ jsonrpc: '2.0', id: 7, method, params });
const legacy = { 'mcp-protocol-version': '2025-11-25' };
const modern = (method, name) => ({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(name === undefined ? {} : { 'mcp-name': name }) });

/** The body of a `tools/call`. */
export const toolCall = (name, args) => rpc('tools/call', { name, arguments: args });

export const requests = {
  call2025: { name: 'tools/call, 2025-11-25', tools: 1, headers: legacy, body: rpc('tools/call', call) },
  call2026: { name: 'tools/call, 2026-07-28', tools: 1, headers: modern('tools/call', 'echo'), body: rpc('tools/call', { ...call, _meta: meta }) },
  list2025: { name: 'tools/list of 50, 2025-11-25', tools: 50, headers: legacy, body: rpc('tools/list', {}) },
  list2026: { name: 'tools/list of 50, 2026-07-28', tools: 50, headers: modern('tools/list'), body: rpc('tools/list', { _meta: meta }) },
};
