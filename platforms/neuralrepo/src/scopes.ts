/** What a credential may do: read ideas and all that belongs to them, or change it as well. */
export const scopes = ['ideas:read', 'ideas:write'] as const;
