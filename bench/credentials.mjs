// A warm tools/call with a session, and with an OAuth token, against the same call with an API key: one server, one process.
import { compare, start } from './lib/compare.mjs';
import { requests } from './lib/mcp.mjs';
import { span, table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const seconds = Number(process.env.SECONDS ?? 0.7);
const BOUND = 1.2;

const { tools, headers, body } = requests.call2025;
const gatehouse = await start('gatehouse', { TOOLS: String(tools) });
const by = (kind) => ({ ...gatehouse, headers: gatehouse.credentials[kind] });
const report = table(`CPU of the server process a request; median of ${rounds} interleaved rounds of ${seconds} s`, [
  'tools/call with',
  'ratio',
  'least–most',
  'bound',
  'first µs',
  'second µs',
]);
try {
  for (const [one, other] of [
    ['key', 'session'],
    ['key', 'token'],
    ['session', 'token'],
  ]) {
    const { ratio, ratios, base, candidate } = await compare(by(one), by(other), { rounds, seconds, headers, body });
    // Within the bound of one another: neither is the dearer one by more.
    const holds = Math.max(ratio, 1 / ratio) <= BOUND;
    report.row([`${other} / ${one}`, ratio.toFixed(2), span(ratios), `≤ ${BOUND}`, base.toFixed(1), candidate.toFixed(1)], holds);
  }
} finally {
  gatehouse.stop();
}
report.done();
