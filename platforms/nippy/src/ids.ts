import { z } from 'zod';

/** 24 hex digits, as documented: from a UUID, whose other digits say only what version it is. */
export function newId(uuid: string): string {
  return uuid.replaceAll('-', '').slice(0, 12) + uuid.replaceAll('-', '').slice(20);
}

export const objectId = () =>
  z
    .string()
    .regex(/^[0-9a-f]{24}$/i, 'Must be an id of 24 hex digits')
    .toLowerCase();
