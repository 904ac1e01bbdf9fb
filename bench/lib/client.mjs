// A load generator that costs far less than the servers it measures, so that they are what is saturated: raw sockets,
// `depth` requests in flight on each, and answers counted by their length. Runs as a process of its own.
import { connect } from 'node:net';
import { percentile } from './report.mjs';

process.on('message', async (job) => process.send(await run(job)));
process.on('disconnect', () => process.exit(0));

/** @returns {Promise<{ count: number, bad: number, p50: number, p99: number }>} latencies in milliseconds */
async function run({ url, headers, body, connections, seconds, depth = 1 }) {
  const { hostname, port, pathname } = new URL(url);
  const lines = Object.entries({ host: `${hostname}:${port}`, 'content-length': Buffer.byteLength(body), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const request = Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  const state = { count: 0, bad: 0, latencies: [], depth, until: performance.now() + seconds * 1000 };
  await Promise.all(Array.from({ length: connections }, () => one(hostname, Number(port), request, state)));
  const { count, bad, latencies } = state;
  return { count, bad, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

/** An answer of unknown length ends with this; only with one request in flight. */
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const CHUNKED = -1;

function one(host, port, request, state) {
  return new Promise((settle, fail) => {
    const socket = connect({ host, port, noDelay: true });
    const several = Buffer.concat(Array.from({ length: state.depth }, () => request));
    let sent = 0;
    let expected = 0;
    let received = 0;
    const next = () => {
      sent = performance.now();
      received = 0;
      socket.write(several);
    };
    socket.on('connect', next);
    socket.on('error', fail);
    socket.on('data', (chunk) => {
      if (received === 0) {
        // "HTTP/1.1 200": every answer to the same request has the same length; the first one tells it.
        if (chunk[9] !== 50) state.bad += 1;
        if (expected === 0) expected = lengthOf(chunk);
      }
      received += chunk.length;
      if (expected === CHUNKED ? !chunk.subarray(-5).equals(LAST_CHUNK) : received < expected * state.depth) return;
      const now = performance.now();
      state.count += state.depth;
      state.latencies.push(now - sent);
      if (now < state.until) next();
      else socket.end(settle);
    });
  });
}

function lengthOf(first) {
  const head = first.indexOf('\r\n\r\n');
  const text = first.toString('latin1', 0, head);
  const length = /content-length: (\d+)/i.exec(text);
  if (head !== -1 && length === null && /transfer-encoding: chunked/i.test(text)) return CHUNKED;
  if (head === -1 || length === null) throw new Error(`An answer without a Content-Length: ${text.slice(0, 200)}`);
  return head + 4 + Number(length[1]);
}
