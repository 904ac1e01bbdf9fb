import type { Fault } from './errors.js';

/** A parameter of a method that lacks, or is not what it should be. */
export function paramFault(path: string, message: string): Fault {
  return { code: 'invalid_input', text: `Invalid params: ${path}: ${message}`, fields: [{ path, message }] };
}

/** Invalid params (JSON-RPC 2.0, section 5.1): what an operation says no to where a method has no results that fail. */
export const INVALID_PARAMS = -32602;
