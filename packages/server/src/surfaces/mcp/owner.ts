import type { Principal } from '../../domain/principal.js';

/** Whose a session, a question or a state is: one credential in one tenant. Nobody else can use it. */
export function ownerOf({ tenant, user, credential }: Principal): string {
  return JSON.stringify([tenant, user ?? null, credential.kind, credential.id]);
}
