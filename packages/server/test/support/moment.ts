import { expect } from 'vitest';

/** How commands and operations show a time. */
export const moment: unknown = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
