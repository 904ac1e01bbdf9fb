import { isOurResource, resourceOf } from '../../domain/authorization.js';
import type { OauthFault } from './out.js';

/**
 * The resources asked for (RFC 8707): ours, in each of its spellings, becomes the one that tokens are bound to. A foreign one is told before
 * anything is redeemed, and stays, alone, where the library is to tell it.
 */
export function normaliseResource(parameters: URLSearchParams, issuer: string): OauthFault | undefined {
  const asked = parameters.getAll('resource');
  parameters.delete('resource');
  if (asked.length === 0) return undefined;
  const foreign = asked.find((resource) => !isOurResource(resource, issuer));
  parameters.set('resource', foreign ?? resourceOf(issuer));
  if (foreign !== undefined)
    return { status: 400, error: 'invalid_target', text: `Tokens of this server are for ${resourceOf(issuer)} alone.`, reason: 'resource' };
  return undefined;
}
