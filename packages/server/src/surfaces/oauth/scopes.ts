/** Of OpenID Connect, which programs ask for out of habit. We have none of them, and need none for a refresh token. */
const HABITS: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

/** Leaves out what is asked for out of habit; where nothing else is asked for, nothing is (RFC 6749, section 3.3). */
export function dropHabits(parameters: URLSearchParams): void {
  const asked = parameters.getAll('scope');
  if (asked.length !== 1) return;
  const names = (asked[0] ?? '').split(' ').filter((name) => name !== '' && !HABITS.has(name));
  if (names.length === 0) parameters.delete('scope');
  else parameters.set('scope', names.join(' '));
}
