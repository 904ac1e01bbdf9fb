// The server under test with people, keys of several kinds, and some rows; and what is known of it from outside.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startIssuer } from '../lib/issuer.mjs';
import { makePlace } from '../lib/place.mjs';
import { startProgram } from '../lib/program.mjs';
import { begun } from './conversation.mjs';
import { LogWatch } from './log-watch.mjs';
import { sendAlone } from './wire.mjs';

const platform = fileURLToPath(new URL('platform.mjs', import.meta.url));
/** Enough for what the server needs, far too little for what leaks from a million requests. */
const HEAP_MB = 192;

/**
 * @param {{ database: 'sqlite' | 'postgres', closing: (() => unknown)[] }} options `closing`: what is to be called in reverse at the end
 */
export async function makeWorld({ database, closing }) {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const issuer = await startIssuer();
  closing.push(() => issuer.close());
  const log = new LogWatch();
  const { default: tested } = await import('./platform.mjs');
  const { environment, args, close } = await makePlace({ database, folder, tables: tested.tables, durable: false });
  closing.push(close);
  const program = await startProgram({
    platform,
    args: [...args, '--failed-auth-per-minute', '1000000'],
    environment: { ...environment, CLERK_ISSUER: issuer.url, NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` },
    cwd: folder,
    onLine: (line) => log.read(line),
  });
  closing.push(() => program.end('SIGTERM'));
  const { url, pid, port } = program;
  const call = (path, options) => callJson(`${url}${path}`, options);
  const keys = await makeKeys(call, issuer);
  log.secrets = Object.values(keys);
  return {
    ...(await surveyed(call, keys)),
    ...(await begun(port, keys.full, sendAlone)),
    program,
    log,
    call,
    keys,
    port,
    secrets: Object.values(keys),
    ownConnections: database === 'postgres' ? 20 : 0,
    ...gauges(pid),
    someKey: chooser(keys),
  };
}

async function callJson(url, { method = 'GET', token, body } = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined };
}

/** Of one person: with all rights, with some, of another tenant, expired, revoked, and one that never was. */
async function makeKeys(call, issuer) {
  const make = async (name, more, person) => {
    const { status, json } = await call('/api/v1/api-keys', { method: 'POST', token: issuer.token(person), body: { name, ...more } });
    if (status !== 201) throw new Error(`A key was answered with ${status} ${JSON.stringify(json)}`);
    return json;
  };
  const full = await make('full', {});
  const reading = await make('reading', { scopes: ['tickets:read'] });
  const foreign = await make('foreign', {}, 'eve');
  const expired = await make('expired', { expires_at: new Date(Date.now() + 1500).toISOString() });
  const revoked = await make('revoked', {});
  await call(`/api/v1/api-keys/${revoked.id}`, { method: 'DELETE', token: issuer.token() });
  const raw = ({ raw_key }) => raw_key;
  return { full: raw(full), reading: raw(reading), foreign: raw(foreign), expired: raw(expired), revoked: raw(revoked), unknown: `nen_${'0'.repeat(64)}` };
}

/** Mostly a good one: what is refused at the door meets little of what is behind it. */
function chooser({ full, reading, foreign, expired, revoked, unknown }) {
  return (chance) => (chance.odds(0.7) ? full : chance.pick([reading, reading, foreign, foreign, expired, revoked, unknown]));
}

/** What a client with all rights finds: tools, prompts, resources, routes, and ids of rows that are there. */
async function surveyed(call, { full }) {
  const rpc = async (method, params) => (await call('/mcp', { method: 'POST', token: full, body: { jsonrpc: '2.0', id: 1, method, params } })).json?.result;
  const { default: tested } = await import('./platform.mjs');
  const { jsonSchema } = await import('@gatehouse/contract');
  const project = await call('/api/v1/projects', { method: 'POST', token: full, body: { name: 'fuzz' } });
  const ids = project.json?.id === undefined ? [] : [project.json.id];
  for (let i = 0; i < 20; i += 1) {
    const { json } = await call('/api/v1/tickets', { method: 'POST', token: full, body: { project_id: ids[0], title: `ticket ${i}` } });
    if (json?.id !== undefined) ids.push(json.id);
  }
  if (ids.length < 21) throw new Error('The rows to begin with could not be made');
  const { resources = [] } = (await rpc('resources/list', {})) ?? {};
  return {
    ids,
    tools: (await rpc('tools/list', {})).tools,
    prompts: [...((await rpc('prompts/list', {}))?.prompts ?? []), { name: 'no_such_prompt' }],
    uris: [...resources.map(({ uri }) => uri), 'file:///etc/passwd', 'x', `note://${ids[0]}`, 'note://%00', 'note://__proto__', '', '\u2028'],
    routes: tested.operations.flatMap(({ op }) =>
      op.rest ? [{ method: op.rest.method, path: `/api/v1${op.rest.path}`, schema: jsonSchema(op.input, 'input') }] : [],
    ),
  };
}

/** What the operating system says of the process. */
function gauges(pid) {
  return {
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    openFiles: () => readdirSync(`/proc/${pid}/fd`).length,
  };
}
