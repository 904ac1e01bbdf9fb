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
