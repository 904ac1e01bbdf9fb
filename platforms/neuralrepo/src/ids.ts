import { z } from 'zod';

/**
 * Ids are whole numbers, as documented, and kept as text. Each is random, so that it says nothing about how much others have, and two
 * people's never meet in practice; people go by an idea's number.
 */
export function newId(uuid: string): string {
  return String(Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) || 1);
}

/** As a caller sends it: 12, or "12" in a path. */
export const id = () => z.int().min(1);

/** As it is stored. */
export const stored = (shown: number): string => String(shown);

/** As it is shown. */
export const shown = (stored: string): number => Number(stored);
export const shownOrNull = (stored: string | null): number | null => (stored === null ? null : Number(stored));
