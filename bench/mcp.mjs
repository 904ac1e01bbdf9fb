// An authenticated tools/call and tools/list against a bare node:http server that reads the same body and sends the same bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, start } from './lib/compare.mjs';
import { requests } from './lib/mcp.mjs';
import { span, table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const seconds = Number(process.env.SECONDS ?? 0.7);

/** What is measured, and the bound: the ratio of server CPU a request that must not be exceeded. */
const workloads = [
  { ...requests.call2025, bound: 1.7 },
  { ...requests.call2026, bound: 1.7 },
  { ...requests.list2025, bound: 1.5 },
  { ...requests.list2026, bound: 1.5 },
];

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const report = table(`CPU of the server process a request, gatehouse / bare node:http; median of ${rounds} interleaved rounds of ${seconds} s`, [
  'workload',
  'ratio',
  'least–most',
  'bound',
  'bare µs',
  'gatehouse µs',
]);
try {
  for (const workload of workloads) await measure(workload);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report.done();

async function measure({ name, tools, bound, headers, body }) {
  const gatehouse = await start('gatehouse', { TOOLS: String(tools) });
  const answer = join(folder, 'answer.json');
  const response = await fetch(gatehouse.url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers, ...gatehouse.headers } });
  const sent = Object.fromEntries([...response.headers].filter(([header]) => !['date', 'connection', 'keep-alive'].includes(header)));
  writeFileSync(answer, JSON.stringify({ headers: sent, body: await response.text() }));
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  const bare = await start('bare', { ANSWER_FILE: answer });
  const { ratio, ratios, base, candidate } = await compare(bare, gatehouse, { rounds, seconds, headers, body });
  bare.stop();
  gatehouse.stop();
  report.row([name, ratio.toFixed(2), span(ratios), `≤ ${bound}`, base.toFixed(1), candidate.toFixed(1)], ratio <= bound);
}
