import type { Tag } from '../../domain/principal.js';

export type Tags = readonly Tag[] | 'everything';

/** What processes tell each other. `id` is one incarnation of a process in the fleet, `round` one question of one process. */
export type Message =
  | { readonly is: 'beat'; readonly id: string; readonly beat: number }
  | { readonly is: 'ask'; readonly round: string; readonly tags: Tags }
  | { readonly is: 'ack'; readonly id: string; readonly rounds: readonly string[] }
  /** From the database's triggers, whoever made the change. Nobody waits for an answer. */
  | { readonly is: 'changed'; readonly tags: Tags };

export const CHANNEL = 'gatehouse';

/** PostgreSQL takes fewer than 8,000 bytes. */
const MOST_BYTES = 7_900;
const TAG = /^(?:key|grant|session|user|role|tenant|plan|client):./s;

/** As it goes over the channel. Tags that do not fit become `everything`, which is never wrong, only more. */
export function encode(message: Exclude<Message, { readonly is: 'ack' }>): string {
  const text = JSON.stringify(message);
  if (fits(text)) return text;
  if (message.is === 'beat') throw new Error('A beat is short');
  return JSON.stringify({ ...message, tags: 'everything' });
}

/** As many messages as it takes. */
export function encodeAcks(id: string, rounds: readonly string[]): string[] {
  const text = JSON.stringify({ is: 'ack', id, rounds } satisfies Message);
  if (fits(text) || rounds.length < 2) return [text];
  const half = rounds.length >> 1;
  return [...encodeAcks(id, rounds.slice(0, half)), ...encodeAcks(id, rounds.slice(half))];
}

/** What cannot be read may have been about anything: everything has changed. */
export function decode(text: string): Message {
  return read(text) ?? { is: 'changed', tags: 'everything' };
}

function read(text: string): Message | undefined {
  const value = object(text);
  if (value === undefined) return undefined;
  const { is, id, beat, round, rounds } = value;
  switch (is) {
    case 'beat':
      return typeof id === 'string' && typeof beat === 'number' ? { is, id, beat } : undefined;
    case 'ack':
      return typeof id === 'string' && isList(rounds) ? { is, id, rounds } : undefined;
    case 'ask':
      return typeof round === 'string' ? { is, round, tags: tagsOf(value.tags) } : undefined;
    case 'changed':
      return { is, tags: tagsOf(value.tags) };
    default:
      return undefined;
  }
}

function object(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function tagsOf(value: unknown): Tags {
  return isList(value) && value.length > 0 && value.every(isTag) ? value : 'everything';
}

function isTag(value: string): value is Tag {
  return TAG.test(value);
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= MOST_BYTES;
}
