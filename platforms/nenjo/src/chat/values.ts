export const authors = ['user', 'assistant', 'system'] as const;

export type Author = (typeof authors)[number];
