import type { Capability } from '../../runtime/client.js';
import { isObject } from './message.js';

/** What a client says that it can be asked for: `capabilities` of its `initialize`, or of the `_meta` of a stateless request. */
export function capabilitiesIn(declared: unknown): ReadonlySet<Capability> {
  const can = new Set<Capability>();
  if (!isObject(declared)) return can;
  if (isObject(declared.sampling)) can.add('sampling');
  if (isObject(declared.roots)) can.add('roots');
  if (isObject(declared.elicitation) && asksInForms(declared.elicitation)) can.add('elicitation');
  return can;
}

/** Without any mode named, forms are what is meant (2026-07-28, Elicitation, Capabilities). */
function asksInForms(elicitation: Readonly<Record<string, unknown>>): boolean {
  return elicitation.form !== undefined || elicitation.url === undefined;
}
