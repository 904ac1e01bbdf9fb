import { isUtf8 } from 'node:buffer';
import { brief } from '@gatehouse/contract';
import { textFault } from '../domain/text.js';

export { textFault };

export type DecodedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly text: string; readonly more: { readonly next?: string } };

const DEPTH = 64;
const PLACE_LENGTH = 100;

/** What is wrong somewhere within a body. */
interface Fault {
  /** As a sentence goes on that begins with the place. */
  readonly text: string;
  readonly next: string;
  /** From the outermost name on; empty: the body itself. */
  readonly place: readonly string[];
}

/**
 * A JSON body (RFC 8259) that every database can hold: UTF-8, at most 64 levels deep, no lone surrogates, no NUL, no number beyond a
 * double's, no member that objects here cannot have.
 * Never throws.
 */
export function decodeJson(body: Uint8Array): DecodedJson {
  if (!isUtf8(body)) return { ok: false, text: 'The body is not valid UTF-8.', more: {} };
  const bytes = body instanceof Buffer ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = bytes.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    // Only an escape can smuggle in what UTF-8 itself cannot hold.
    const fault = faultIn(value, text.includes('\\u'), 0);
    return fault === undefined ? { ok: true, value } : { ok: false, text: `${placeOf(fault)} ${fault.text}.`, more: { next: fault.next } };
  } catch {
    return { ok: false, text: 'The body is not valid JSON.', more: {} };
  }
}

function placeOf({ place }: Fault): string {
  return place.length === 0 ? 'The body' : brief(place.join('.'), PLACE_LENGTH);
}

function faultIn(value: unknown, escapes: boolean, depth: number): Fault | undefined {
  if (typeof value === 'string') return escapes ? faultOfText(value) : undefined;
  // It would be written out again as null.
  if (typeof value === 'number' && !Number.isFinite(value)) return { text: 'is a number that is too large', next: 'Send it as text.', place: [] };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === DEPTH) return { text: `lies more than ${DEPTH} levels deep`, next: 'Send what is less deep.', place: [] };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const fault = faultIn(value[index], escapes, depth + 1);
      if (fault !== undefined) return within(String(index), fault);
    }
    return undefined;
  }
  // Not by entries, which would make an array for each member; what comes out of JSON inherits nothing that can be met here.
  for (const name in value) {
    // Most that copies an object afterwards would lose it, and some would take it for what the copy inherits.
    if (name === '__proto__') return { text: 'has a member named __proto__', next: 'Give it another name.', place: [] };
    const misnamed = escapes ? faultOfText(name) : undefined;
    if (misnamed !== undefined) return { ...misnamed, text: `has a name that ${misnamed.text}` };
    const fault = faultIn((value as Record<string, unknown>)[name], escapes, depth + 1);
    if (fault !== undefined) return within(name, fault);
  }
  return undefined;
}

function faultOfText(text: string): Fault | undefined {
  const fault = textFault(text);
  return fault === undefined ? undefined : { text: `holds ${fault}`, next: 'Leave it out.', place: [] };
}

function within(name: string, fault: Fault): Fault {
  return { ...fault, place: [name, ...fault.place] };
}
