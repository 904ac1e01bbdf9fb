import { SqlArtifacts } from './artifacts.js';
import { SqlClients } from './clients.js';
import { SqlDepartures } from './departures.js';
import { SqlEndings } from './endings.js';
import { SqlExports } from './exports.js';
import { SqlGrants } from './grants.js';
import { SqlIdempotency } from './idempotency.js';
import { SqlInvitations } from './invitations.js';
import { SqlJobs } from './jobs.js';
import { SqlLinks } from './links.js';
import { SqlMemberships } from './memberships.js';
import { SqlPublicIds } from './public-ids.js';
import { SqlServiceKeys } from './service-keys.js';
import { SqlSessions } from './sessions.js';
import { SqlSigningKeys } from './signing-keys.js';
import { SqlTokens } from './tokens.js';

type Run = ConstructorParameters<typeof SqlIdempotency>[0] &
  ConstructorParameters<typeof SqlDepartures>[0] &
  ConstructorParameters<typeof SqlSessions>[0] &
  ConstructorParameters<typeof SqlClients>[0] &
  ConstructorParameters<typeof SqlGrants>[0] &
  ConstructorParameters<typeof SqlTokens>[0] &
  ConstructorParameters<typeof SqlArtifacts>[0] &
  ConstructorParameters<typeof SqlSigningKeys>[0] &
  ConstructorParameters<typeof SqlLinks>[0] &
  ConstructorParameters<typeof SqlExports>[0] &
  ConstructorParameters<typeof SqlServiceKeys>[0] &
  ConstructorParameters<typeof SqlPublicIds>[0] &
  ConstructorParameters<typeof SqlMemberships>[0] &
  ConstructorParameters<typeof SqlInvitations>[0] &
  ConstructorParameters<typeof SqlEndings>[0] &
  ConstructorParameters<typeof SqlJobs>[0];

/** What the two databases say differently. */
export interface OwnDialect {
  readonly place: (n: number) => string;
  /** Behind the reading of a row that is decided by, so that it stays as it is until the unit ends. */
  readonly hold: string;
  /** Behind the selection of rows to take: what others are taking is passed over. */
  readonly passOver: string;
}

/** What both databases keep by the same statements. */
export abstract class OwnStores {
  readonly idempotency: SqlIdempotency;
  readonly departures: SqlDepartures;
  readonly sessions: SqlSessions;
  readonly clients: SqlClients;
  readonly grants: SqlGrants;
  readonly tokens: SqlTokens;
  readonly artifacts: SqlArtifacts;
  readonly signingKeys: SqlSigningKeys;
  readonly links: SqlLinks;
  readonly exports: SqlExports;
  readonly serviceKeys: SqlServiceKeys;
  readonly publicIds: SqlPublicIds;
  readonly memberships: SqlMemberships;
  readonly invitations: SqlInvitations;
  readonly endings: SqlEndings;
  readonly jobs: SqlJobs;

  constructor(run: Run, { place, hold, passOver }: OwnDialect) {
    this.idempotency = new SqlIdempotency(run, place);
    this.departures = new SqlDepartures(run, place);
    this.sessions = new SqlSessions(run, place);
    this.clients = new SqlClients(run, place);
    this.grants = new SqlGrants(run, place);
    this.tokens = new SqlTokens(run, place);
    this.artifacts = new SqlArtifacts(run, place);
    this.signingKeys = new SqlSigningKeys(run, place);
    this.links = new SqlLinks(run, place);
    this.exports = new SqlExports(run, place);
    this.serviceKeys = new SqlServiceKeys(run, place);
    this.publicIds = new SqlPublicIds(run, place);
    const held = { place, hold };
    this.memberships = new SqlMemberships(run, held);
    this.invitations = new SqlInvitations(run, held);
    this.endings = new SqlEndings(run, held);
    this.jobs = new SqlJobs(run, { place, passOver });
  }
}
