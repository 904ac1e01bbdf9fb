import type { Given } from '../commands/command.js';
import { isRecord } from '../record.js';

/** What is posted to `/<command>`: the flags as they were typed, and the platform where one was named. */
export interface Question {
  readonly given: Given;
  readonly platform?: string;
}

/** The request that asks who serves, besides the commands. */
export const STATUS = 'status';

export interface Status {
  readonly pid: number;
  readonly url: string | null;
  readonly platform: string;
}

/** `key create` → `/key-create` */
export function pathOf(command: string): string {
  return `/${command.replaceAll(' ', '-')}`;
}

/** What arrived, checked: nothing but strings. */
export function readQuestion(text: string): Question | undefined {
  const value = parsed(text);
  if (!isRecord(value) || !isRecord(value.given) || !Object.values(value.given).every((flag) => typeof flag === 'string')) return undefined;
  if (value.platform !== undefined && typeof value.platform !== 'string') return undefined;
  return value as unknown as Question;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
