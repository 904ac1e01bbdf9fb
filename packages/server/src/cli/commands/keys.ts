import { Refusal, refuse } from '../../index.js';
import { durationSeconds, expiryOf } from '../duration.js';
import { UsageError } from '../failure.js';
import { serviceKeyRevoked, serviceKeyShown, withServiceKey } from './service-keys.js';
import type { Answer, Command, Given, Option, Site, Work } from './command.js';
import { knownUser, ownerOf, ownerOptions, ownerUsage, unknownTenant } from './owners.js';

const SHOWN_ONCE = 'This is the only time that the key is shown. Keep it safe.';

const newKeyOptions: readonly Option[] = [
  ...ownerOptions,
  { flags: '--name <name>', description: 'a label for people', required: true },
  { flags: '--scopes <a,b>', description: 'what it may do, "*" for everything; may be left out where the platform gives some by default' },
  { flags: '--expires <when>', description: 'an ISO 8601 moment, or a time from now such as 30d or 12h; without this option never' },
];

export const createKey: Command = {
  name: 'key create',
  begins: true,
  summary: 'make an API key, and show it once',
  options: [...newKeyOptions, { flags: '--no-tenant', description: 'a key of no tenant, for a service of your own, where the platform has such' }],
  heading: () => SHOWN_ONCE,
  prepare(given, now) {
    if (given.noTenant !== undefined) return withServiceKey(given, now);
    return withNewKey(given, now, async (request, { gatehouse: { keys, platform } }) => {
      const minted = await keys.mint({ ...request, createdBy: 'cli' });
      return minted instanceof Refusal ? minted : platform.present.keyCreated(minted.key, minted.raw);
    });
  },
};

export const importKey: Command = {
  name: 'key import',
  begins: true,
  summary: 'take over an existing API key by its SHA-256',
  options: [
    ...newKeyOptions,
    { flags: '--hash <hash>', description: 'the SHA-256 of the whole key', required: true },
    { flags: '--format <format>', description: 'how the hash is written: hex, base64 or base64url', required: true },
  ],
  heading: () => 'The key is taken over: whoever has it is let in.',
  prepare(given, now) {
    const { hash = '', format = '' } = given;
    if (format !== 'hex' && format !== 'base64' && format !== 'base64url') return new UsageError('--format must be hex, base64 or base64url.');
    return withNewKey(given, now, async (request, { gatehouse: { keys, platform } }) => {
      const key = await keys.import({ ...request, hash, format, createdBy: 'import' });
      return key instanceof Refusal ? key : platform.present.keyListed(key);
    });
  },
};

export const listKeys: Command = {
  name: 'key list',
  summary: 'list API keys, newest first, without the revoked ones',
  options: [
    { flags: '--user <id|e-mail>', description: "this user's keys only" },
    { flags: '--tenant <id>', description: "this tenant's keys only" },
    { flags: '--no-tenant', description: 'keys of no tenant only' },
  ],
  empty: 'No keys.',
  prepare({ user, tenant, noTenant }) {
    if (noTenant !== undefined) return async ({ gatehouse: { serviceKeys } }) => (await serviceKeys.list()).map(serviceKeyShown);
    if (user !== undefined && tenant !== undefined) return new UsageError('Give --user or --tenant, not both.');
    return async ({ gatehouse }) => {
      const { keys, platform, store } = gatehouse;
      const shown = (list: Awaited<ReturnType<typeof keys.listAll>>) => list.map((key) => platform.present.keyListed(key));
      if (tenant !== undefined) return (await store.tenants.find(tenant)) === undefined ? unknownTenant() : shown(await keys.list(tenant));
      const all = await keys.listAll();
      if (user === undefined) return shown(all);
      const id = await knownUser(gatehouse, user);
      return id instanceof Refusal ? id : shown(all.filter((key) => key.user === id));
    };
  },
};

export const revokeKey: Command = {
  name: 'key revoke',
  summary: 'end an API key, now and for good',
  arguments: ['id'],
  options: [],
  heading: () => 'The key is revoked: it is refused from now on.',
  prepare: (given) => async (site) =>
    (await serviceKeyRevoked(given, site)) ??
    onKey(given, async (tenant, id, { gatehouse: { keys, store, platform } }) => {
      const refused = await keys.revoke(tenant, id);
      if (refused !== undefined) return refused;
      const record = await store.keys.find(tenant, id);
      if (record === undefined) return unknownKey();
      const { hash: _hash, ...key } = record;
      return platform.present.keyListed(key);
    })(site),
};

export const disableKey: Command = {
  name: 'key disable',
  summary: 'suspend an API key until it is enabled again',
  arguments: ['id'],
  options: [],
  heading: () => 'The key is disabled: it is refused until it is enabled again.',
  prepare: (given) => setDisabled(given, true),
};

export const enableKey: Command = {
  name: 'key enable',
  summary: 'let a disabled API key in again',
  arguments: ['id'],
  options: [],
  heading: () => 'The key is enabled.',
  prepare: (given) => setDisabled(given, false),
};

export const rotateKey: Command = {
  name: 'key rotate',
  summary: 'replace an API key by a new one with the same rights, and show it once',
  arguments: ['id'],
  options: [{ flags: '--overlap <time>', description: 'how long the old key goes on, such as 24h; without this option it ends now' }],
  heading: () => SHOWN_ONCE,
  prepare(given) {
    const overlapSeconds = durationSeconds(given.overlap ?? '0');
    if (overlapSeconds === undefined) return new UsageError('--overlap must be a time such as 24h, 90m, 45s or 0.');
    return onKey(given, async (tenant, id, { gatehouse: { keys, platform } }) => {
      const minted = await keys.rotate(tenant, id, overlapSeconds, 'cli');
      return minted instanceof Refusal ? minted : platform.present.keyCreated(minted.key, minted.raw);
    });
  },
};

interface NewKey {
  readonly tenant: string;
  readonly user: string | null;
  readonly name: string;
  readonly scopes: readonly string[] | undefined;
  /** null: never. */
  readonly expiresAt: number | null;
}

function withNewKey(given: Given, now: number, make: (request: NewKey, site: Site) => Promise<Answer>): UsageError | Work {
  const { name = '', expires } = given;
  const misused = ownerUsage(given);
  if (misused !== undefined) return misused;
  const scopes = given.scopes?.split(',').flatMap((scope) => scope.trim() || []);
  // An empty list must not pass for "none given", which some platforms read as full access.
  if (scopes?.length === 0) return new UsageError('--scopes is empty: name scopes, or leave the option out.');
  const expiresAt = expiryOf(expires, now);
  if (expiresAt instanceof UsageError) return expiresAt;
  return async (site) => {
    const useless = withoutScopes(scopes, site.gatehouse);
    if (useless !== undefined) return useless;
    const owner = await ownerOf(site.gatehouse, given);
    return owner instanceof Refusal ? owner : make({ ...owner, name, scopes, expiresAt }, site);
  };
}

/** Where a key is given no scopes by default, who forgot them is told before there is a key that can do nothing. */
function withoutScopes(asked: readonly string[] | undefined, { keys, platform }: Site['gatehouse']): Refusal | undefined {
  if (platform.scopes.length === 0 || keys.scopesFor(asked).length > 0) return undefined;
  const next = `Name them with --scopes: "*" for everything, or some of ${platform.scopes.join(', ')}.`;
  return refuse('invalid_input', 'Without scopes a key can do nothing here.', { next });
}

function setDisabled(given: Given, disabled: boolean): Work {
  return onKey(given, async (tenant, id, { gatehouse: { keys, platform } }) => {
    const key = await keys.setDisabled(tenant, id, disabled);
    return key instanceof Refusal ? key : platform.present.keyListed(key);
  });
}

/** The operator acts across tenants: whichever one the key belongs to. */
function onKey({ id = '' }: Given, act: (tenant: string, id: string, site: Site) => Promise<Answer>): Work {
  return async (site) => {
    const tenant = await site.gatehouse.store.keys.tenantOf(id);
    const answer = tenant === undefined ? unknownKey() : await act(tenant, id, site);
    return answer instanceof Refusal && answer.failure.code === 'not_found' ? unknownKey() : answer;
  };
}

/** Without what was typed: somebody may have typed the key itself. */
function unknownKey(): Refusal {
  return refuse('not_found', 'There is no such key, or it is revoked already: give its id, as `gatehouse key list` shows it.');
}
