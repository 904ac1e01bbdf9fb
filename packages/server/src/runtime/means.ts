import type { Seal } from '../domain/seal.js';
import type { Egress } from '../services/egress.js';

/** What a platform's own code is given beside its tables, in calls and in jobs alike. */
export interface PlatformMeans {
  /** The settings that the platform declared, by their names. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Closes what must be read again, such as a user's key for another service, so that neither the database nor a copy of it tells. */
  readonly sealed: Sealed;
  /** The way out for HTTP: no private network, no redirect, bounded in size and time. */
  readonly egress: Egress;
  /** Where a page that the platform declared (`pages`) is for this tenant: `pageUrl('/f/:tenant/:slug', { slug: 'summer' })`. */
  pageUrl(path: string, parameters?: Readonly<Record<string, string>>): Promise<string>;
  /** A whole number that nobody can foresee, from 0 up to, not including, `bound`: all of them equally likely. @param bound 1 to 2⁴⁸ − 1 */
  randomInt(bound: number): number;
}

/** Within one tenant: what was closed in one cannot be opened in another. */
export interface Sealed {
  /** @param about what it is, such as `provider_keys.openai`: it opens as nothing else */
  close(text: string, about: string): string;
  /** undefined: it was not closed here as this, or has been changed. */
  open(sealed: string, about: string): string | undefined;
}

/** What is the same for all tenants. */
export interface MeansOptions {
  readonly settings: PlatformMeans['settings'];
  readonly seal: Pick<Seal, 'close' | 'open'>;
  readonly egress: Egress;
  readonly pageUrl: (tenant: string, ...of: Parameters<PlatformMeans['pageUrl']>) => Promise<string>;
  readonly randomInt: PlatformMeans['randomInt'];
}

export function sealedFor(tenant: string, seal: MeansOptions['seal']): Sealed {
  const bound = (about: string): string => JSON.stringify([tenant, about]);
  return { close: (text, about) => seal.close(text, bound(about)), open: (text, about) => seal.open(text, bound(about)) };
}
