import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Session } from './session.js';
import { StatementError } from './pg-error.js';

/**
 * The serving role logs in, owns nothing and has rights on Gatehouse's own tables only. The tenant role cannot log in, owns
 * nothing and has rights on the declared tables only; the serving role may become it, for one transaction at a time.
 */
export interface Roles {
  readonly serving: string;
  readonly tenant: string;
}

/** The parts of a role that matter here. */
interface RoleFacts {
  readonly name: string;
  readonly login: boolean;
  readonly inherits: boolean;
  readonly unbound: boolean;
}

const IDENTIFIER_LENGTH = 63;
const PASSWORD_BYTES = 32;

/** Roles belong to the whole server, so that each database has its own two. */
export function rolesOf(database: string): Roles {
  return { serving: roleName(database, '_serving'), tenant: roleName(database, '_tenant') };
}

/** A longer name would be cut short in silence. */
function roleName(database: string, suffix: string): string {
  if (Buffer.byteLength(database + suffix) <= IDENTIFIER_LENGTH) return database + suffix;
  const tail = `_${createHash('sha256').update(database).digest('hex').slice(0, 12)}${suffix}`;
  let head = database;
  while (Buffer.byteLength(head + tail) > IDENTIFIER_LENGTH) head = [...head].slice(0, -1).join('');
  return head + tail;
}

/** A name as an SQL identifier. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Makes the two roles what they must be, and the one a member of the other. Answers the password of the serving role where it
 * was made now, or where `reset` asks for a new one.
 */
export async function ensureRoles(session: Session, roles: Roles, reset: boolean): Promise<string | null> {
  const { rows } = await session.query(
    'select rolname::text as name, rolcanlogin as login, rolinherit as inherits, rolsuper or rolbypassrls as unbound from pg_roles where rolname in ($1, $2)',
    [roles.serving, roles.tenant],
  );
  const found = new Map((rows as unknown as readonly RoleFacts[]).map((role) => [role.name, role]));
  for (const role of found.values()) {
    if (role.unbound)
      throw new Error(`The role "${role.name}" is there, and row-level security does not hold it: drop it, or take SUPERUSER and BYPASSRLS from it`);
  }
  await roleAs(session, roles.tenant, 'nologin noinherit', found.get(roles.tenant), (role) => !role.login && !role.inherits);
  const before = found.get(roles.serving);
  await roleAs(session, roles.serving, 'login noinherit', before, (role) => role.login && !role.inherits);
  await ensureMember(session, roles);
  if (before !== undefined && !reset) return null;
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  await change(session, roles.serving, `alter role ${quotedName(roles.serving)} password '${scramVerifier(password, randomBytes(16))}'`);
  return password;
}

async function roleAs(session: Session, name: string, attributes: string, role: RoleFacts | undefined, fits: (role: RoleFacts) => boolean): Promise<void> {
  if (role !== undefined && fits(role)) return;
  await change(session, name, `${role === undefined ? 'create' : 'alter'} role ${quotedName(name)} ${attributes}`);
}

/** Whether a member may become the other role, but has none of its rights until then, is said per membership since PostgreSQL 16. */
async function ensureMember(session: Session, { serving, tenant }: Roles): Promise<void> {
  const { rows } = await session.query(
    "select pg_has_role($1::name, $2::name, 'MEMBER') and not pg_has_role($1::name, $2::name, 'USAGE') as done, current_setting('server_version_num')::integer as version",
    [serving, tenant],
  );
  if (rows[0]?.done === true) return;
  const options = Number(rows[0]?.version) >= 160_000 ? ' with inherit false, set true' : '';
  await change(session, serving, `grant ${quotedName(tenant)} to ${quotedName(serving)}${options}`);
}

async function change(session: Session, name: string, sql: string): Promise<void> {
  try {
    await session.query(sql);
  } catch (error) {
    if (!(error instanceof StatementError) || error.code !== '42501') throw error;
    throw new Error(`The role "${name}" must be made or changed, which this user may not do: give it CREATEROLE, or migrate as one who has it`);
  }
}

/** What the database keeps of a password (RFC 5803), worked out here, so that the password itself is in none of its logs. */
export function scramVerifier(password: string, salt: Uint8Array, iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}

/** The same place for another user. What a URL's parameters say of user and password would win over it. */
export function servingUrl(adminUrl: string, database: string, role: string, password: string): string {
  const url = adminUrlOf(adminUrl);
  for (const name of ['user', 'password']) url.searchParams.delete(name);
  url.pathname = `/${encodeURIComponent(database)}`;
  if (url.hostname === '') for (const [name, value] of Object.entries({ user: role, password })) url.searchParams.set(name, value);
  else Object.assign(url, { username: encodeURIComponent(role), password });
  return url.href;
}

/** Throws without the text, which may hold a password. */
export function adminUrlOf(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new Error("The administrator's URL is no URL: give it as postgres://user:password@host:port/database");
}
