// A program that uses the AI SDK's MCP client: `ai-sdk.mjs <url> <key> list`, or `… call <tool> <arguments as JSON>`. Answers JSON.
import { createMCPClient } from '@ai-sdk/mcp';

const [url, key, what, name, given = '{}'] = process.argv.slice(2);
let client;
try {
  client = await createMCPClient({ transport: { type: 'http', url, headers: { authorization: `Bearer ${key}` } } });
  const tools = await client.tools();
  if (what === 'list') console.log(JSON.stringify(Object.keys(tools)));
  else console.log(JSON.stringify(await call(tools[name], JSON.parse(given))));
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
  process.exitCode = 1;
} finally {
  await client?.close();
}

function call(tool, input) {
  return tool.execute(input, { toolCallId: '1', messages: [], context: undefined });
}
