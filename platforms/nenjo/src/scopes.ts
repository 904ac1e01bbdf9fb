/** The 16 documented scopes, in 9 groups. Chat and graph can only be read; what they cover follows with their resources. */
export const scopes = [
  'tickets:read',
  'tickets:write',
  'projects:read',
  'projects:write',
  'documents:read',
  'documents:write',
  'pipelines:read',
  'pipelines:write',
  'executions:read',
  'executions:write',
  'agents:read',
  'agents:write',
  'councils:read',
  'councils:write',
  'chat:read',
  'graph:read',
] as const;

/** What people read where they allow them: those whose name does not say it already. */
export const scopeTexts: Readonly<Partial<Record<(typeof scopes)[number], string>>> = {
  'documents:write': 'Read and delete documents',
  'executions:read': 'See executions and how far they are',
  'executions:write': 'Start, pause and end executions',
  'chat:read': 'Read chat sessions and their messages',
  'graph:read': 'See which tickets wait for which, and their order',
};
