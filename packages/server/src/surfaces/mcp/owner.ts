import type { Principal } from '../../domain/principal.js';
import { holderOf } from '../caller.js';

/**
 * Whose a session, a question or a state is: one credential in one tenant, or one program of one person there, whichever consent its token
 * came of. A second one gives the program more, and what it has begun goes on. Nobody else can use it.
 */
export function ownerOf({ tenant, user, agent, credential }: Principal): string {
  return JSON.stringify([tenant, user ?? null, agent === undefined ? holderOf(credential) : `client:${agent.client}`]);
}
