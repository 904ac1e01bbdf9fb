import type { Principal } from '../../domain/principal.js';
import { holderOf } from '../caller.js';

/** Whose a session, a question or a state is: one credential in one tenant, or one program as one person let it in. Nobody else can use it. */
export function ownerOf({ tenant, user, credential }: Principal): string {
  return JSON.stringify([tenant, user ?? null, holderOf(credential)]);
}
