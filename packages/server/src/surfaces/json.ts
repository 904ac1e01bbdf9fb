import { isUtf8 } from 'node:buffer';

export type DecodedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly text: string };

const DEPTH = 64;

/**
 * A JSON body (RFC 8259) that every database can hold: UTF-8, at most 64 levels deep, no lone surrogates and no NUL.
 * Never throws.
 */
export function decodeJson(body: Uint8Array): DecodedJson {
  if (!isUtf8(body)) return { ok: false, text: 'The body is not valid UTF-8.' };
  const bytes = body instanceof Buffer ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = bytes.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    // Only an escape can smuggle in what UTF-8 itself cannot hold.
    const fault = faultIn(value, text.includes('\\u'), 0);
    return fault === undefined ? { ok: true, value } : { ok: false, text: fault };
  } catch {
    return { ok: false, text: 'The body is not valid JSON.' };
  }
}

/** What makes `text` unfit to be stored, or undefined. */
export function textFault(text: string): string | undefined {
  if (text.includes('\u0000')) return 'The body holds a NUL character, which no text may contain.';
  return text.isWellFormed() ? undefined : 'The body holds half of a surrogate pair, which is no character.';
}

function faultIn(value: unknown, escapes: boolean, depth: number): string | undefined {
  if (typeof value === 'string') return escapes ? textFault(value) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === DEPTH) return `The body is nested more than ${DEPTH} levels deep.`;
  if (Array.isArray(value)) {
    for (const inner of value) {
      const fault = faultIn(inner, escapes, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  // Not by entries, which would make an array for each member; what comes out of JSON inherits nothing that can be met here.
  for (const name in value) {
    const fault = (escapes ? textFault(name) : undefined) ?? faultIn((value as Record<string, unknown>)[name], escapes, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
