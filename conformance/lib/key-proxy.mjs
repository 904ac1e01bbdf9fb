// A loopback proxy that adds an API key to every request, for programs that cannot be told to send one. All else passes as it is:
// `Host` and `Origin` too, which the server judges, and streams, chunk by chunk, in both directions.
import { createServer, request } from 'node:http';

/** Told between two neighbours only (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

/**
 * @param {string} target the server's origin
 * @param {string} key
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` is the proxy's own origin
 */
export async function startKeyProxy(target, key) {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, answer) => {
    const headers = [...passed(incoming.rawHeaders, new Set(['authorization'])), 'authorization', `Bearer ${key}`];
    const outgoing = request({ hostname, port, method: incoming.method, path: incoming.url, headers: framed(incoming, headers), setHost: false }, (got) => {
      answer.writeHead(got.statusCode, got.statusMessage, passed(got.rawHeaders));
      answer.flushHeaders();
      got.pipe(answer);
      got.on('error', () => answer.destroy());
    });
    outgoing.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    // Whoever leaves before the end is gone for the server too.
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.requestTimeout = 0;
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      const closed = new Promise((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

/** The headers, as they came, without those that hold for one hop, and without these. */
function passed(rawHeaders, without = new Set()) {
  const kept = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (!HOP_BY_HOP.has(name) && !without.has(name)) kept.push(rawHeaders[i], rawHeaders[i + 1]);
  }
  return kept;
}

/** A body whose length was not told is passed on in chunks. */
function framed({ headers }, kept) {
  return headers['transfer-encoding'] === undefined ? kept : [...kept, 'transfer-encoding', 'chunked'];
}
