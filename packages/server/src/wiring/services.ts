import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Operation } from '@gatehouse/contract';
import { AuthorizationUpkeep } from '../services/authorization/upkeep.js';
import { accessFor } from '../services/bounded-access.js';
import { createEgress } from '../services/egress.js';
import { Idempotency } from '../services/idempotency.js';
import { ProviderEvents } from '../services/identity/provider-events.js';
import { KeyService } from '../services/keys.js';
import { limitsOf } from '../services/limits/index.js';
import { createMailer } from '../services/mail.js';
import { Metrics, processReadings } from '../services/metrics.js';
import { Outage } from '../services/outage.js';
import { siteReadings } from '../services/readings.js';
import { SessionService } from '../services/sessions.js';
import { UserService } from '../services/users.js';
import { wireAuthorization } from './authorization.js';
import { wireCredentials } from './credentials.js';
import { jobReadings, wireJobs } from './jobs.js';
import { wireMeans } from './means.js';
import { wireMembers } from './members.js';
import type { GatehouseOptions, Opened } from './opening.js';

/** Two clocks, for either may stand still: the first while the machine sleeps, the second when it is set back. */
const machineClocks = [() => performance.now(), Date.now];

/** All that is done below the surfaces. */
export async function wireServices(options: GatehouseOptions, { store, vault, now, outside }: Opened, operations: readonly Operation[]) {
  const { platform, config, logger } = options;
  const { log } = logger;
  const { tenancy, keys: settings } = platform;
  platform.checkSettings({ settings: config.settings, development: config.development });
  const outage = new Outage({ ping: () => store.ping(), log, elapsed: () => performance.now() });
  const limits = limitsOf({ ledger: store.ledger, now, clocks: options.now === undefined ? machineClocks : [now], log, outage });
  await limits.load();
  const egress = outside?.egress ?? createEgress({ allowLoopback: config.development });
  const credentials = wireCredentials({ platform, config, store, outage, operations, egress, now, log });
  const { lastUsed, grants, authenticator, providers } = credentials;
  const keys = new KeyService({ store, lastUsed, random: randomBytes, now, rules: { ...settings, newId: settings.id ?? randomUUID, scopes: platform.scopes } });
  const users = new UserService({ store, now, newId: randomUUID, ownerRole: tenancy.ownerRole, plans: Object.keys(tenancy.plans) });
  const failed = (event: string, error: unknown): void => {
    if (outage.note(error) === undefined) log({ event, error });
  };
  const idempotency = new Idempotency({ store: store.idempotency, now, failed });
  const sessions = new SessionService({ store, key: vault.subKey('session refresh'), random: randomBytes, newId: randomUUID, now, failed, log });
  const metrics = new Metrics();
  metrics.watch(...processReadings(now), ...siteReadings({ store, authenticator, outage, now }));
  const { means, addresses } = wireMeans({ config, store, vault, egress, randomInt: options.randomInt ?? ((bound) => randomInt(bound)), now });
  const jobs = wireJobs({ platform, means, store, now, metrics, outage, log });
  metrics.watch(...jobReadings(jobs));
  const mailer = config.signIn.mail && createMailer({ ...config.signIn.mail, log });
  const { listensAt, ...membership } = wireMembers({ options, store, limits, jobs, mailer, now });
  const access = accessFor({ store, keys, sessions, grants, authenticator, tenancy, ...membership });
  const providerEvents = new ProviderEvents({ providers, store, now, log });
  const upkeep = new AuthorizationUpkeep({ store, now, failed });
  const authorization = wireAuthorization({ platform, config, store, vault, egress, operations, now, log });
  return {
    ...credentials,
    limits,
    outage,
    keys,
    users,
    sessions,
    idempotency,
    metrics,
    providerEvents,
    jobs,
    means,
    access,
    authorization,
    upkeep,
    mailer,
    ...membership,
    listensAt,
    addresses,
  };
}

export type Services = Awaited<ReturnType<typeof wireServices>>;

/** What is under way beside the calls, to its end. */
export async function ended({ outage, lastUsed, grantsUsed, idempotency, sessions, upkeep, limits }: Services): Promise<void> {
  outage.close();
  for (const each of [lastUsed, grantsUsed, idempotency, sessions, upkeep, limits]) await each.close();
}
