import { refuse } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { SessionAccess } from './access.js';
import { noPerson } from './bounded-grants.js';
import type { SessionService } from './sessions.js';

/** The sessions of one principal, who is a person. */
export function boundedSessions({ user, credential }: Principal, sessions: SessionService): SessionAccess {
  const isCurrent = (id: string): boolean => credential.kind === 'session' && credential.id === id;
  return {
    async list() {
      if (user === undefined) return noPerson();
      return (await sessions.list(user)).map((session) => ({ ...session, current: isCurrent(session.id) }));
    },
    async revoke(id) {
      return user === undefined ? noPerson() : sessions.revoke(user, id);
    },
    async signOut() {
      if (user === undefined || credential.kind !== 'session') return refuse('forbidden', 'This call came with no session of ours.');
      // Whoever signs out twice at once is signed out.
      await sessions.revoke(user, credential.id);
      return undefined;
    },
    async signOutEverywhere() {
      return user === undefined ? noPerson() : sessions.revokeAll(user);
    },
  };
}
