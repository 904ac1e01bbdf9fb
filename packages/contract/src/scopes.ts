/**
 * The scope grammar: `resource:permission`, or `*` for every operation of the platform's own plane.
 * `write` implies `read` on the same resource. No scopes means no access.
 */
export const FULL_ACCESS = '*';

const SCOPE = /^[a-z][a-z0-9_-]*:[a-z][a-z0-9_-]*$/;

/** Whether `text` has the form `resource:permission`. `*` is not a scope that an operation can ask for. */
export function isScope(text: string): boolean {
  return SCOPE.test(text);
}

/** Whether a holder of `held` may do what asks for `wanted`. Taking an element away from `held` never widens the answer. */
export function covers(held: readonly string[], wanted: string): boolean {
  if (held.includes(FULL_ACCESS) || held.includes(wanted)) return true;
  return wanted.endsWith(':read') && held.includes(`${wanted.slice(0, -':read'.length)}:write`);
}
