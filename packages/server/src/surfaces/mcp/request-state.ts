import { hash } from 'node:crypto';
import type { Seal } from '../../domain/seal.js';
import type { JsonObject } from './message.js';
import { isObject } from './message.js';

/** What an unfinished call of a stateless client has come to, in its own hands until it calls again. */
export interface RequestState {
  /** Answers of earlier rounds, as they came, by name. */
  readonly answers: JsonObject;
  /** @see ClientLine.kept */
  readonly kept: unknown;
}

const LIFE_MS = 3_600_000;
/** A call's body is at most 1 MiB, and the state is a part of it. */
const MOST_CHARACTERS = 524_288;

/** What a state is bound to: whose it is, what was called, and with which arguments, in whatever order. */
export function bindingOf(owner: string, operation: string, input: unknown): string {
  return JSON.stringify([owner, operation, hash('sha256', JSON.stringify(sorted(input)) ?? '', 'hex')]);
}

/** @throws {RangeError} where it would not fit into the next call */
export function sealState(seal: Seal, { answers, kept }: RequestState, binding: string, now: number): string {
  const text = JSON.stringify({ answers, kept, until: now + LIFE_MS });
  if (text.length > MOST_CHARACTERS) throw new RangeError('What is kept for the next round is larger than 512 KiB.');
  return seal.close(text, binding);
}

/** undefined: changed on its way, somebody else's, of another call, or expired. */
export function openState(seal: Seal, sealed: string, binding: string, now: number): RequestState | undefined {
  const text = seal.open(sealed, binding);
  const state: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isObject(state) || !isObject(state.answers) || typeof state.until !== 'number' || state.until <= now) return undefined;
  return { answers: state.answers, kept: state.kept };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}
