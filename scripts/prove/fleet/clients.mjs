// The clients of the proof: each makes a key, uses it on every process without pause, revokes it, and goes on using it.
import { Agent, request } from 'node:http';

const TIMEOUT_MS = 15_000;
/** How long a key is used after its revocation was answered. */
const AFTER_MS = 150;

/**
 * @param {{ members: { url: string, alive: boolean }[], token: () => string, random: () => number, restMs: number }} world
 * `restMs`: how long each user of a key rests between two requests
 */
export function newTally(world) {
  return {
    ...world,
    agent: new Agent({ keepAlive: true, maxSockets: 400 }),
    phase: '',
    revocations: [],
    accepted: [],
    refusedAfter: 0,
    probes: 0,
    unavailable: 0,
    unreachable: 0,
  };
}

/** Runs until `done()` says so. Answers nothing: everything is in the tally. */
export async function client(tally, name, done) {
  while (!done()) {
    const key = await makeKey(tally, name);
    if (key === undefined) continue;
    const life = { answered: Number.POSITIVE_INFINITY, over: false };
    const users = tally.members.map((member) => useKey(tally, member, key.raw_key, life));
    await warm(tally, key.raw_key);
    await revoke(tally, key.id, life);
    await pause(AFTER_MS);
    life.over = true;
    await Promise.all(users);
  }
}

/** Every process has the key in its cache, or cannot be reached. */
async function warm(tally, raw) {
  await Promise.all(tally.members.filter(({ alive }) => alive).map((member) => call(tally, member, 'POST', '/mcp', raw, ping, 1_000)));
}

const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

async function useKey(tally, member, raw, life) {
  while (!life.over) {
    const began = performance.now();
    const phase = tally.phase;
    const status = await call(tally, member, 'POST', '/mcp', raw, ping, 1_000);
    tally.probes += 1;
    if (status === 0) await pause(20);
    if (status === 503) tally.unavailable += 1;
    if (began <= life.answered) {
      if (tally.restMs > 0) await pause(tally.restMs);
      continue;
    }
    if (status === 401) tally.refusedAfter += 1;
    else if (status >= 200 && status < 300)
      tally.accepted.push({ phase, status, member: tally.members.indexOf(member), msAfter: Math.round(began - life.answered) });
    await pause(5);
  }
}

async function makeKey(tally, name) {
  const member = someone(tally);
  const { status, json } = await callJson(tally, member, 'POST', '/api/v1/api-keys', tally.token(), JSON.stringify({ name }));
  if (status === 201) return json;
  await pause(20);
  return undefined;
}

/** Asks again, elsewhere, until it is answered: 204, or 404 where an earlier try did it but could not say so. */
async function revoke(tally, id, life) {
  const began = performance.now();
  const { phase } = tally;
  const asked = new Set();
  for (;;) {
    const member = someone(tally);
    asked.add(tally.members.indexOf(member));
    const { status } = await callJson(tally, member, 'DELETE', `/api/v1/api-keys/${id}`, tally.token());
    if (status === 204 || status === 404) break;
    if (status === 503) tally.unavailable += 1;
    await pause(50);
  }
  life.answered = performance.now();
  tally.revocations.push({ phase, asked, ms: life.answered - began });
}

function someone({ members, random }) {
  const alive = members.filter((member) => member.alive);
  return alive[Math.floor(random() * alive.length)];
}

async function call(tally, member, method, path, token, body, timeout) {
  return (await callJson(tally, member, method, path, token, body, timeout)).status;
}

/** Status 0: nobody answered. */
function callJson(tally, member, method, path, token, body, timeout = TIMEOUT_MS) {
  return new Promise((resolve) => {
    const fail = () => {
      tally.unreachable += 1;
      resolve({ status: 0 });
    };
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream', ...(body && { 'content-type': 'application/json' }) };
    const asked = request(`${member.url}${path}`, { method, agent: tally.agent, headers, timeout });
    asked.on('timeout', () => asked.destroy()).on('error', fail);
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('error', fail).on('end', () => resolve({ status: response.statusCode, json: text.startsWith('{') ? JSON.parse(text) : undefined }));
    });
    asked.end(body);
  });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
