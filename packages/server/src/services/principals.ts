import type { Principal } from '../domain/principal.js';
import type { KeyGrant } from '../domain/records.js';

export interface Person {
  readonly tenant: string;
  readonly user: string;
  readonly role: string;
  readonly plan: string | null;
  readonly kind: 'session' | 'idp';
  /** The session's id, or `<issuer>#<subject>`. */
  readonly credential: string;
  /** Unix milliseconds. */
  readonly expiresAt?: number;
}

/** Makes principals: the one place where credential, role and plan meet. */
export interface Principals {
  forKey(grant: KeyGrant): Principal;
  forPerson(person: Person): Principal;
  readonly anonymous: Principal;
}
