/** The clients that can be played, in their order: what they are called by scripts, and by people. */
export const CLIENT_TITLES = {
  claude: 'Claude (web, desktop, mobile)',
  'claude-code': 'Claude Code',
  chatgpt: 'ChatGPT',
  vscode: 'VS Code',
  cursor: 'Cursor',
  inspector: 'MCP Inspector',
  'sdk-1': 'official TypeScript SDK 1.x',
  'sdk-2': 'official TypeScript SDK 2.x',
  'mcp-remote': 'mcp-remote',
  'mcp-2025-03-26': 'clients of MCP 2025-03-26',
} as const;

export type ClientName = keyof typeof CLIENT_TITLES;

export function isClientName(text: string): text is ClientName {
  return Object.hasOwn(CLIENT_TITLES, text);
}
