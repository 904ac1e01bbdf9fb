/** An idea's way: from `captured` to `shipped`, or `shelved` at any time. */
export const statuses = ['captured', 'exploring', 'building', 'shipped', 'shelved'] as const;
/** Where an idea came from. Never changes. */
export const sources = ['web', 'cli', 'claude-mcp', 'siri', 'email', 'api', 'shortcut'] as const;
export const linkTypes = ['url', 'claude-chat', 'github-repo', 'github-issue', 'attachment'] as const;
/** Source and target of each: A is the parent of B, B waits for A, A led to B, A duplicates B, A replaces B. */
export const relationTypes = ['related', 'parent', 'blocks', 'inspires', 'duplicate', 'supersedes'] as const;
export const detectionStatuses = ['pending', 'merged', 'dismissed'] as const;
/** Whose models write, with the user's own key; in the order in which they are chosen. */
export const providers = ['anthropic', 'openai', 'openrouter'] as const;

export type IdeaStatus = (typeof statuses)[number];
export type IdeaSource = (typeof sources)[number];
export type LinkType = (typeof linkTypes)[number];
export type RelationType = (typeof relationTypes)[number];
export type DetectionStatus = (typeof detectionStatuses)[number];
export type Provider = (typeof providers)[number];

export const MOST_TAGS = 20;
/** Characters. */
export const MOST_BODY = 50_000;

/** Characters, counted as where fields are checked: one that needs two places in memory is one. */
export const lengthOf = (text: string): number => [...text].length;
