import type { Operation } from '@gatehouse/contract';
import type { Authorization } from './authorization.js';

/** What OAuth tokens can hold here: the scopes that some operation which takes tokens asks for. In the platform's order; nobody is asked to allow what is not there. */
export function servedScopes(scopes: readonly string[], operations: readonly Operation[]): readonly string[] {
  const asked = new Set(operations.flatMap(({ access }) => (access.plane === 'platform' && access.by.includes('token') ? (access.scope ?? []) : [])));
  return scopes.filter((scope) => asked.has(scope));
}

/** What a program gets that asks for none, as far as its user agrees. */
export function defaultScopesOf(authorization: Authorization, served: readonly string[]): readonly string[] {
  const wished = authorization.kind === 'own' ? authorization.defaultScopes : undefined;
  return wished === undefined ? served : served.filter((scope) => wished.includes(scope));
}
