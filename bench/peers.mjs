// Gatehouse, with a key and every check, against what people would use instead, unauthenticated.
import { compare, load, start } from './lib/compare.mjs';
import { requests } from './lib/mcp.mjs';
import { span, table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 7);
const seconds = Number(process.env.SECONDS ?? 1);
const bound = 12;

const report = table(
  `CPU of the server process a request, peer / gatehouse: so many times the requests; median of ${rounds} interleaved rounds of ${seconds} s`,
  ['peer', 'request', 'times', 'least–most', 'bound', 'gatehouse µs', 'peer µs'],
);
for (const [peer, name, asked] of [
  ['official SDK 2.4, stateless', 'sdk', ['call2025', 'call2026', 'list2025']],
  ['fastmcp 4', 'fastmcp', ['call2025', 'list2025']],
]) {
  for (const request of asked) await measure(peer, name, requests[request]);
}
report.done();

async function measure(peer, name, { name: what, tools, headers, body }) {
  const env = { TOOLS: String(tools) };
  const ours = await start('gatehouse', env);
  const theirs = await start(name, env);
  await answers(theirs, headers, body);
  await load(theirs, { headers, body, seconds });
  const { ratio, ratios, base, candidate } = await compare(ours, theirs, { rounds, seconds, headers, body });
  ours.stop();
  theirs.stop();
  report.row([peer, what, ratio.toFixed(1), span(ratios, 1), `≥ ${bound}`, base.toFixed(1), candidate.toFixed(0)], ratio >= bound);
}

/** A peer that answers errors would be fast. */
async function answers({ url, name }, headers, body) {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
  });
  const text = await response.text();
  const { result } = JSON.parse(text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? 'null'));
  if (result?.tools === undefined && result?.content?.[0]?.text === undefined) throw new Error(`${name} answered ${response.status} ${text.slice(0, 300)}`);
}
