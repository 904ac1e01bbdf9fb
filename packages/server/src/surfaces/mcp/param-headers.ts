import type { Operation } from '@gatehouse/contract';
import { paramHeadersOf } from '../../runtime/param-headers.js';
import type { HttpIn } from '../http.js';
import type { Fault } from './errors.js';
import { headerLacks, headerMismatch, headerValue } from './headers.js';
import { isObject } from './message.js';

/** A header that repeats an argument of a tool, so that what stands between can read it (2026-07-28, Streamable HTTP, Custom Headers). */
export interface RepeatedArgument {
  readonly path: readonly string[];
  readonly header: string;
}

export function repeatedArgumentsOf(op: Operation): readonly RepeatedArgument[] {
  return paramHeadersOf(op).map(({ path, name }) => ({ path, header: `Mcp-Param-${String(name)}` }));
}

/** Where a header says anything else than its argument; it is there exactly where the argument is. */
export function paramHeaderFault(repeated: readonly RepeatedArgument[], given: unknown, request: HttpIn): Fault | undefined {
  for (const { path, header } of repeated) {
    const value = path.reduce<unknown>((held, field) => (isObject(held) && Object.hasOwn(held, field) ? held[field] : undefined), given);
    const fault = faultOf(header, request.header(header.toLowerCase()), value ?? undefined);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOf(header: string, sent: string | undefined, value: unknown): Fault | undefined {
  if (sent === undefined) return value === undefined ? undefined : headerLacks(header);
  const said = headerValue(header, sent);
  if (typeof said !== 'string') return said;
  return agrees(said, value) ? undefined : headerMismatch(header, said, value === undefined ? '' : String(value));
}

function agrees(said: string, value: unknown): boolean {
  return value !== undefined && (said === String(value) || (typeof value === 'number' && said.trim() !== '' && Number(said) === value));
}
