import { type CredentialKind, type Operation, covers } from '@gatehouse/contract';
import type { Rights } from './principal.js';

/** The lists that bound a caller. An operation is granted only where every list covers its scope. */
export interface Bounds {
  readonly kind: CredentialKind;
  /** Credential, role, plan: whichever apply. None at all is no access. */
  readonly lists: readonly (readonly string[])[];
}

/** Distinct sets of rights kept at once; the sets in use are few, and a lost one is made again. */
const INTERNED = 1024;

/**
 * The one decision function: bounds in, rights out. Equal rights are the same object, so that what derives from
 * them (a prepared `tools/list`) is made once for all who hold them.
 */
export function rightsOver(operations: readonly Operation[]): (bounds: Bounds) => Rights {
  const byBounds = new Map<string, Rights>();
  const asGiven = new Map<string, Rights>();
  return (bounds) => {
    const given = textOf(bounds);
    const known = asGiven.get(given);
    if (known !== undefined) return known;
    if (asGiven.size >= INTERNED) asGiven.clear();
    const rights = interned(bounds);
    asGiven.set(given, rights);
    return rights;
  };

  function interned(bounds: Bounds): Rights {
    const key = JSON.stringify([bounds.kind, ...bounds.lists.map((list) => [...new Set(list)].sort())]);
    const known = byBounds.get(key);
    if (known !== undefined) return known;
    if (byBounds.size >= INTERNED) byBounds.clear();
    const rights = makeRights(operations, bounds, key);
    byBounds.set(key, rights);
    return rights;
  }
}

/** The bounds in the order in which they were given. No scope holds a control character. */
function textOf({ kind, lists }: Bounds): string {
  let text: string = kind;
  for (const list of lists) {
    text += '\n';
    for (const scope of list) text += `${scope}\t`;
  }
  return text;
}

function makeRights(operations: readonly Operation[], bounds: Bounds, cacheKey: string): Rights {
  const granted = new Set(operations.filter((op) => grants(bounds, op)));
  return {
    has: (op) => granted.has(op),
    covers: (scope) => holds(bounds, scope),
    cacheKey,
  };
}

function grants({ kind, lists }: Bounds, op: Operation): boolean {
  // No role of a tenant reaches over all tenants: the operator's operations are open to no principal.
  if (op.access.plane === 'operator') return false;
  if (!op.access.by.includes(kind)) return op.access.by.includes('none');
  if (op.access.scope === null || op.access.plane !== 'platform') return op.access.scope === null;
  return holds({ kind, lists }, op.access.scope);
}

function holds({ lists }: Bounds, scope: string): boolean {
  return lists.length > 0 && lists.every((list) => covers(list, scope));
}
