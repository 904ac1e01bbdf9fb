import { type CredentialKind, type Operation, covers, isScope } from '@gatehouse/contract';
import type { Rights } from './principal.js';

/** The lists that bound a caller. An operation is granted only where every list covers its scope. */
export interface Bounds {
  readonly kind: CredentialKind;
  /** Credential, role, plan: whichever apply. None at all is no access. */
  readonly lists: readonly (readonly string[])[];
  /** What somebody allowed a program: a list like the others, but one that the same person may widen. */
  readonly granted?: readonly string[];
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
    const { kind, lists, granted } = bounds;
    const key = JSON.stringify([kind, ...lists.map(asSet), ...(granted === undefined ? [] : [{ granted: asSet(granted) }])]);
    const known = byBounds.get(key);
    if (known !== undefined) return known;
    if (byBounds.size >= INTERNED) byBounds.clear();
    const rights = makeRights(operations, bounds, key);
    byBounds.set(key, rights);
    return rights;
  }
}

const asSet = (list: readonly string[]) => [...new Set(list)].sort();

/** The bounds in the order in which they were given. No scope holds a control character. */
function textOf({ kind, lists, granted }: Bounds): string {
  let text: string = kind;
  for (const list of lists) {
    text += '\n';
    for (const scope of list) text += `${scope}\t`;
  }
  if (granted === undefined) return text;
  text += '\r';
  for (const scope of granted) text += `${scope}\t`;
  return text;
}

function makeRights(operations: readonly Operation[], bounds: Bounds, cacheKey: string): Rights {
  const { lists, granted } = bounds;
  const whole = granted === undefined ? lists : [...lists, granted];
  const allowed = new Set(operations.filter((op) => grants(bounds, op, whole)));
  const grantable = new Set(granted === undefined ? [] : operations.filter((op) => !allowed.has(op) && grants(bounds, op, lists)));
  return {
    has: (op) => allowed.has(op),
    grantable: (op) => grantable.has(op),
    consented: granted !== undefined,
    covers: (scope) => holds(whole, scope),
    stepUp(missing) {
      const givable = (scope: string) => isScope(scope) && holds(lists, scope);
      if (granted === undefined || missing.length === 0 || !missing.every(givable)) return undefined;
      return asSet([...granted.filter(givable), ...missing]);
    },
    cacheKey,
  };
}

function grants({ kind }: Bounds, op: Operation, lists: Bounds['lists']): boolean {
  // No role of a tenant reaches over all tenants: the operator's operations are open to no principal.
  if (op.access.plane === 'operator') return false;
  if (!op.access.by.includes(kind)) return op.access.by.includes('none');
  if (op.access.scope === null || op.access.plane !== 'platform') return op.access.scope === null;
  return holds(lists, op.access.scope);
}

function holds(lists: Bounds['lists'], scope: string): boolean {
  return lists.length > 0 && lists.every((list) => covers(list, scope));
}

/** What is within both: neither list is widened by the other, and what one writes and the other reads is read. */
export function within(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one.filter((scope) => covers(other, scope)), ...other.filter((scope) => covers(one, scope))])];
}
