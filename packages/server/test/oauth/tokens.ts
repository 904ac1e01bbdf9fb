import { randomBytes, randomUUID } from 'node:crypto';
import { Refusal } from 'gatehouse';
import type { Answer, TestApp } from '../../../../test/support/open-app.js';
import { resourceOf } from '../../src/domain/authorization.js';
import { sha256 } from '../../src/domain/presented.js';
import { newAccessToken } from '../../src/domain/token-format.js';
import type { AccessTokenRecord } from '../../src/store/tokens.js';

export const HOUR = 3_600_000;

/** Owners, who may do everything, and members who may read. */
export const readers = {
  roles: { owner: { scopes: ['*'], administers: true }, reader: { scopes: ['things:read'], administers: false } },
  adminRole: 'owner',
  memberRole: 'reader',
};

export interface LetIn {
  readonly token: string;
  readonly id: string;
  readonly grant: string;
  readonly client: string;
  readonly user: string;
  readonly tenant: string;
}

interface Wanted {
  readonly email?: string;
  readonly client?: string;
  /** What the user allowed. */
  readonly scopes?: readonly string[];
  /** What the token holds of it. @default all */
  readonly held?: readonly string[];
  readonly audience?: string;
}

/** A program that a user (made if unknown) has let in, and its token. */
export async function letIn(
  app: TestApp,
  { email = 'ann@example.com', client = 'claude', scopes = ['*'], held = scopes, audience }: Wanted = {},
): Promise<LetIn> {
  const { store, users } = app.gatehouse;
  const user = await users.findOrCreate(email);
  if (user instanceof Refusal) throw user;
  const tenant = user.homeTenant;
  const grant = randomUUID();
  const given = { id: grant, tenant, user: user.id, client, clientName: `${client} for tests`, clientHost: 'client.example', scopes };
  if ((await store.clients.find(client)) === undefined)
    await store.clients.keep({ id: client, kind: 'made', metadata: '{}', secretHash: null, createdAt: app.clock.now(), expiresAt: null });
  await store.grants.create(tenant, { ...given, createdAt: app.clock.now(), lastUsedAt: null, revokedAt: null });
  const { token, id } = await tokenOf(app, { tenant, client, grant, scopes: held, ...(audience === undefined ? {} : { audience }) });
  return { token, id, grant, client, user: user.id, tenant };
}

/** One more token, under a grant or a key that is there. */
export async function tokenOf(
  { gatehouse: { store }, clock, url }: TestApp,
  of: Partial<AccessTokenRecord> & Pick<AccessTokenRecord, 'tenant' | 'client' | 'scopes'> & { readonly raw?: string },
): Promise<{ readonly token: string; readonly id: string }> {
  const { raw = newAccessToken(randomBytes), ...record } = of;
  const id = randomUUID();
  const now = clock.now();
  const whole = { grant: null, key: null, audience: resourceOf(url), createdAt: now, expiresAt: now + HOUR, ...record };
  await store.tokens.createAccess({ ...whole, id, hash: sha256(raw) });
  return { token: raw, id };
}

export const call = (app: TestApp, token: string, name: string, args: object = {}): Promise<Answer> => app.rpc(token, 'tools/call', { name, arguments: args });
export const list = (app: TestApp, token: string): Promise<Answer> => app.call('GET', '/api/v1/things', { token });

/** The parameters of a challenge (RFC 6750, section 3). */
export function challenged({ headers }: Answer): Record<string, string> {
  const header = headers.get('www-authenticate');
  if (header === null) return {};
  if (!/^Bearer( [a-z_]+="[^"]*"(, [a-z_]+="[^"]*")*)?$/.test(header)) throw new Error(`no challenge: ${header}`);
  return Object.fromEntries([...header.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
}
