// The server under test with people, keys of several kinds, and some rows; and what is known of it from outside.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startIssuer } from '../lib/issuer.mjs';
import { makePlace } from '../lib/place.mjs';
import { startProgram } from '../lib/program.mjs';
import { begun } from './conversation.mjs';
import { LogWatch } from './log-watch.mjs';
import { bearer } from './request.mjs';
import { sendAlone } from './wire.mjs';

const bin = fileURLToPath(new URL('../../../packages/server/bin/gatehouse.mjs', import.meta.url));
/** Enough for what the server needs, far too little for what leaks from a million requests. */
const HEAP_MB = 192;
/** What an identity provider signs with. */
const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
const KEYS = '/api/v1/gatehouse/keys';

/** What can be fuzzed. */
export const PLATFORMS = readdirSync(new URL('platforms', import.meta.url)).map((file) => file.replace(/\.mjs$/, ''));

/**
 * @param {{ platform: string, database: 'sqlite' | 'postgres', closing: (() => unknown)[] }} options `closing`: what is to be called in reverse at the end
 */
export async function makeWorld({ platform, database, closing }) {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const issuer = await startIssuer();
  closing.push(() => issuer.close());
  const log = new LogWatch();
  const file = fileURLToPath(new URL(`platforms/${platform}.mjs`, import.meta.url));
  const { default: tested, ...site } = await import(file);
  const { environment, args, close } = await makePlace({ database, folder, tables: tested.tables, durable: false });
  closing.push(close);
  const env = { ...environment, CLERK_ISSUER: issuer.url, CLERK_WEBHOOK_SECRET: webhookSecret, NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` };
  const program = await startProgram({
    platform: file,
    // So that whoever goes from step to step has an address of their own, and its limits.
    args: [...args, '--failed-auth-per-minute', '1000000', '--trust-proxy', '127.0.0.1'],
    environment: env,
    cwd: folder,
    onLine: (line) => log.read(line),
  });
  closing.push(() => program.end('SIGTERM'));
  const { url, pid, port } = program;
  const call = (path, options) => callJson(`${url}${path}`, options);
  const command = commandsOf({ file, args, folder, env });
  const tokens = await tokensOf(site, issuer, command);
  const { keys, keyIds } = await makeKeys(call, tokens, tested, command);
  const begin = await site.rows(call, keys.full);
  if (begin.ids.includes(undefined)) throw new Error('The rows to begin with could not be made');
  const secrets = [...Object.values(keys), tokens.session, webhookSecret];
  log.secrets = secrets;
  return {
    ...(await surveyed(call, keys, tested)),
    ...(await begun(port, keys.full, sendAlone)),
    ...site,
    ...begin,
    ...(await outside(url, begin.pages ?? [])),
    program,
    log,
    call,
    keys,
    keyIds,
    session: tokens.session,
    webhookSecret,
    scope: tested.scopes[0],
    port,
    secrets,
    ownConnections: database === 'postgres' ? 20 : 0,
    ...gauges(pid),
    someKey: chooser(keys),
  };
}

/** Commands of another terminal: what they say as JSON. */
function commandsOf({ file, args, folder, env }) {
  const run = promisify(execFile);
  return async (...words) => {
    const { stdout } = await run(process.execPath, [bin, ...words, '--platform', file, ...args, '--json'], { cwd: folder, env: { ...process.env, ...env } });
    return JSON.parse(stdout);
  };
}

/** Two people, by an identity provider or signed in here; and the session of a third. */
async function tokensOf({ issued = false }, issuer, command) {
  const session = async (name) => (await command('session', 'create', '--user', `${name}@example.com`)).token;
  const mallory = await session('mallory');
  if (issued) return { ada: () => issuer.token('ada'), eve: () => issuer.token('eve'), session: mallory };
  const [ada, eve] = [await session('ada'), await session('eve')];
  return { ada: () => ada, eve: () => eve, session: mallory };
}

async function callJson(url, { method = 'GET', token, body } = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...(token && Object.fromEntries([bearer(token)])), ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined };
}

/** Of one person: with all rights, with some, of another tenant, expired, revoked, one of no tenant, and one that never was. */
async function makeKeys(call, { ada, eve }, { scopes, keys: { prefix, servicePrefix } }, command) {
  const make = async (name, more, token = ada) => {
    const { status, json } = await call(KEYS, { method: 'POST', token: token(), body: { name, ...more } });
    if (status !== 201) throw new Error(`A key was answered with ${status} ${JSON.stringify(json)}`);
    return json;
  };
  const made = {
    full: await make('full', {}),
    reading: await make('reading', { scopes: [scopes.find((scope) => scope.endsWith(':read')) ?? scopes[0]] }),
    foreign: await make('foreign', {}, eve),
    expired: await make('expired', { expires_at: new Date(Date.now() + 1500).toISOString() }),
    revoked: await make('revoked', {}),
  };
  await call(`${KEYS}/${made.revoked.id}`, { method: 'DELETE', token: ada() });
  const keys = Object.fromEntries(Object.entries(made).map(([name, { raw_key }]) => [name, raw_key]));
  const service = servicePrefix === undefined ? {} : { service: (await command('key', 'create', '--no-tenant', '--name', 'service')).raw_key };
  return {
    keys: { ...keys, ...service, unknown: `${prefix}${'0'.repeat(64)}` },
    keyIds: Object.fromEntries(Object.entries(made).map(([name, { id }]) => [name, id])),
  };
}

/** Mostly a good one: what is refused at the door meets little of what is behind it. */
function chooser({ full, reading, foreign, expired, revoked, unknown, service = unknown }) {
  return (chance) => (chance.odds(0.7) ? full : chance.pick([reading, reading, foreign, foreign, expired, revoked, unknown, service]));
}

/** What a client with all rights finds: tools, prompts, resources, and routes. */
async function surveyed(call, { full }, tested) {
  const rpc = async (method, params) => (await call('/mcp', { method: 'POST', token: full, body: { jsonrpc: '2.0', id: 1, method, params } })).json?.result;
  const { jsonSchema, management } = await import('@gatehouse/contract');
  const { resources = [] } = (await rpc('resources/list', {})) ?? {};
  const routesOf = (operations) =>
    operations.flatMap((op) => (op.rest ? [{ method: op.rest.method, path: `/api/v1${op.rest.path}`, schema: jsonSchema(op.input, 'input') }] : []));
  return {
    tools: (await rpc('tools/list', {})).tools,
    prompts: [...((await rpc('prompts/list', {}))?.prompts ?? []), { name: 'no_such_prompt' }],
    uris: [...resources.map(({ uri }) => uri), 'file:///etc/passwd', 'x', 'note://1', 'note://%00', 'note://__proto__', '', '\u2028'],
    routes: routesOf(tested.operations.map(({ op }) => op)),
    // Whoever signs out can do no more.
    management: routesOf(Object.values(management).filter((op) => typeof op?.name === 'string' && !/sign_out|sessions_revoke/.test(op.name))),
  };
}

/** What anybody may have: a program that has registered, and the forms of pages that are open. */
async function outside(url, pages) {
  const body = JSON.stringify({ client_name: 'fuzz', redirect_uris: ['http://127.0.0.1:33418/callback'] });
  const registered = await fetch(`${url}/oauth/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const client = registered.status === 201 ? (await registered.json()).client_id : 'nobody';
  const forms = [];
  for (const page of pages) forms.push(/name="_form" value="([^"]+)"/.exec(await (await fetch(url + page)).text())?.[1] ?? '');
  return { client, pages, forms };
}

/** What the operating system says of the process. */
function gauges(pid) {
  return {
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    openFiles: () => readdirSync(`/proc/${pid}/fd`).length,
  };
}
