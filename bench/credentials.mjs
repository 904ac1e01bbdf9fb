// A warm tools/call with a session, and with an OAuth token, against the same call with an API key: one server, one process.
import { compare, start } from './lib/compare.mjs';
import { requests } from './lib/mcp.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const seconds = Number(process.env.SECONDS ?? 0.7);
const BOUND = 1.2;

const { tools, headers, body } = requests.call2025;
const gatehouse = await start('gatehouse', { TOOLS: String(tools) });
const by = (kind) => ({ ...gatehouse, headers: gatehouse.credentials[kind] });
let missed = 0;
console.log(`Node ${process.version}; CPU of the server process a request; median of ${rounds} interleaved rounds of ${seconds} s\n`);
console.log('| tools/call with | ratio | least–most | bound | first µs | second µs |\n|---|---|---|---|---|---|');
try {
  for (const [one, other] of [
    ['key', 'session'],
    ['key', 'token'],
    ['session', 'token'],
  ]) {
    const { ratio, least, most, base, candidate } = await compare(by(one), by(other), { rounds, seconds, headers, body });
    // Within the bound of one another: neither is the dearer one by more.
    const holds = Math.max(ratio, 1 / ratio) <= BOUND;
    missed += holds ? 0 : 1;
    console.log(
      `| ${other} / ${one} | ${ratio.toFixed(2)} | ${least.toFixed(2)}–${most.toFixed(2)} | ≤ ${BOUND} | ${base.toFixed(1)} | ${candidate.toFixed(1)} |`,
    );
  }
} finally {
  gatehouse.stop();
}
console.log(missed === 0 ? '\nEvery bound holds.' : `\n${missed} of 3 bounds are missed.`);
process.exitCode = missed === 0 ? 0 : 1;
