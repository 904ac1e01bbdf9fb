// Runs the official suite against a server, and counts by the suite's own list of what a revision requires.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from '../../scripts/lib/prepare.mjs';

const tools = join(root, 'conformance/tools');
export const suite = join(tools, 'node_modules/@modelcontextprotocol/conformance');

export const REVISIONS = ['2025-11-25', '2026-07-28'];

/**
 * @param {{ node: string, url: string, revision: string }} options `url` is the MCP endpoint
 * @returns {Promise<{ revision: string, scenarios: Scenario[], passed: number, required: number, output: string }>}
 *
 * @typedef {{ name: string, scored: boolean, why?: string, passed: boolean, checks: number, failures: string[], warnings: string[] }} Scenario
 */
export async function runSuite({ node, url, revision }) {
  const { scored, reported } = requirements(revision);
  const results = mkdtempSync(join(tmpdir(), 'gh-suite-'));
  try {
    const args = [join(suite, 'dist/index.js'), 'server', '--url', url, '--requirements', revision, '--output-dir', results];
    const { output } = await run(node, args, { env: { ...process.env, NO_COLOR: '1' } });
    const scenarios = [
      ...scored.map((name) => ({ ...judged(results, name), scored: true })),
      ...reported.map(({ scenario, reason }) => ({ ...judged(results, scenario), scored: false, why: reason })),
    ];
    return { revision, scenarios, passed: scenarios.filter((one) => one.scored && one.passed).length, required: scored.length, output };
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

/** What a server of this revision must pass, and what is run beside it without being counted. */
function requirements(revision) {
  const { parse } = createRequire(join(suite, 'package.json'))('yaml');
  const { server, not_scored = [] } = parse(readFileSync(join(suite, 'requirements', `${revision}.yaml`), 'utf8'));
  return { scored: server, reported: not_scored.filter(({ leg }) => leg === 'server') };
}

/** A scenario without results, or without a check that says yes or no, has not passed. */
function judged(results, name) {
  const checks = checksOf(results, name);
  const failures = textsOf(checks, 'FAILURE');
  const decided = checks.filter(({ status }) => status === 'SUCCESS' || status === 'FAILURE').length;
  if (decided === 0) failures.push('The suite reported no result.');
  return { name, passed: failures.length === 0, checks: decided, failures, warnings: textsOf(checks, 'WARNING') };
}

function checksOf(results, name) {
  const folder = readdirSync(results).find((found) => found.startsWith(`server-${name}-`) && /^\d{4}-\d\d-\d\dT/.test(found.slice(`server-${name}-`.length)));
  if (folder === undefined) return [];
  try {
    return JSON.parse(readFileSync(join(results, folder, 'checks.json'), 'utf8'));
  } catch {
    return [];
  }
}

function textsOf(checks, status) {
  return checks.filter((check) => check.status === status).map(({ id, errorMessage, description }) => `${id}: ${errorMessage ?? description}`);
}
