// The official suite's `authorization` mode: against the program's own authorization server, by a program that registers there and a person who lets it in.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { letIn } from './person.mjs';
import { suite } from './suite.mjs';

export const AUTHORIZATION = 'authorization';

/** What the mode says when it waits for a browser. */
const WAITS = /^https?:\/\/\S+\/authorize\?\S+\n/m;

/**
 * Every check that the mode makes is required, each counted by itself as a scenario is elsewhere.
 * @param {{ node: string, url: string, cookie: string }} options `url`: the issuer; `cookie`: of the person's session
 * @returns {ReturnType<typeof import('./suite.mjs').runSuite>}
 */
export async function runAuthorization({ node, url, cookie }) {
  const port = await freePort();
  const client = await register(url, `http://127.0.0.1:${port}/callback`);
  const results = mkdtempSync(join(tmpdir(), 'gh-suite-'));
  try {
    const flags = ['--url', url, '--client-id', client, '--port', String(port), '--resource', `${url}/mcp`, '--output-dir', results];
    const output = await attended(node, [join(suite, 'dist/index.js'), 'authorization', ...flags], cookie);
    const scenarios = checksIn(results);
    return { revision: AUTHORIZATION, scenarios, passed: scenarios.filter(({ passed }) => passed).length, required: scenarios.length, output };
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

async function register(url, redirect) {
  const body = JSON.stringify({ client_name: 'The conformance suite', redirect_uris: [redirect] });
  const response = await fetch(`${url}/oauth/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (response.status !== 201) throw new Error(`The suite could not be registered: ${response.status} ${await response.text()}`);
  return (await response.json()).client_id;
}

/** Runs it to its end; the person opens what it wants to have opened. */
function attended(node, args, cookie) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let opened;
    const read = (text) => {
      said += text;
      const [url] = WAITS.exec(said) ?? [];
      if (url === undefined || opened !== undefined) return;
      opened = letIn(url.trim(), cookie).catch((error) => {
        child.kill('SIGTERM');
        reject(error);
      });
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('close', async () => {
      await opened;
      resolve(said);
    });
  });
}

/** One that warns, or is skipped, has not passed. */
function checksIn(results) {
  const all = readdirSync(results).flatMap((folder) => JSON.parse(readFileSync(join(results, folder, 'checks.json'), 'utf8')));
  return all.map(({ id, status, errorMessage, description }) => ({
    name: id,
    scored: true,
    passed: status === 'SUCCESS',
    checks: 1,
    failures: status === 'SUCCESS' ? [] : [`${status}: ${errorMessage ?? description}`],
    warnings: [],
  }));
}
