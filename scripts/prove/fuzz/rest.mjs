// REST requests and everything around them that is still whole HTTP: paths, queries, headers, methods, sizes.
import { ACCEPT, JSON_TYPE, bearer, bytesOf, forMcp } from './request.mjs';
import { absurd, fitting, spoilt } from './values.mjs';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'PROPFIND', 'TRACE', 'LOCK', 'M-SEARCH', 'SEARCH', 'LINK', 'REPORT'];
const SEGMENTS = [
  '..',
  '.',
  '%2e%2e',
  '%2F',
  '%5c',
  '%00',
  '%',
  '%zz',
  '%E0%A4',
  '%ff',
  '',
  ';a=b',
  '*',
  ':id',
  '__proto__',
  'constructor',
  '~',
  '%25',
  '%c0%af',
  '\xff',
  '|',
  '^',
];
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

const once = (request) => ({ bytes: bytesOf(request), bodiless: request.method === 'HEAD' });

/** A route with its parameters filled in. */
function routeOf(world, chance) {
  const { method, path, schema } = chance.pick(world.routes);
  const input = fitting(schema, chance, world.ids);
  const target = path.replace(/:(\w+)/g, (_all, name) => encodeURIComponent(String(input[name] ?? 'x')));
  for (const [, name] of path.matchAll(/:(\w+)/g)) delete input[name];
  return { method, target, input };
}

function queryOf(input) {
  const pairs = Object.entries(input).map(
    ([name, value]) => `${name}=${encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : String(value).toWellFormed())}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function restRequest(world, chance, spoil) {
  const { method, target, input } = routeOf(world, chance);
  const given = spoil ? spoilt(input, chance) : input;
  const key = world.someKey(chance);
  if (method === 'GET' || method === 'DELETE')
    return { method, target: target + (given !== null && typeof given === 'object' ? queryOf(given) : ''), headers: [bearer(key)] };
  return { method, target, headers: [bearer(key), JSON_TYPE], body: JSON.stringify(given) ?? '' };
}

const ODD_QUERIES = [
  '?',
  '??',
  '?&&&',
  '?=',
  '?=x',
  '?limit',
  '?limit=',
  '?limit=1&limit=2',
  '?limit=1e3',
  '?limit=%',
  '?%=1',
  '?__proto__=1',
  '?a[b]=1',
  '?limit=-1',
  '?tags=,,,',
];
const MORE_QUERIES = [
  '?cursor=%00',
  '?offset=99999999999999999999',
  '?limit=%EF%BC%91',
  '?status=open&status=open',
  '?\x80=\xff',
  '?access_token=x',
  '?a=%ud800',
  `?a=${'b'.repeat(4000)}`,
  `?${'x&'.repeat(2000)}`,
];

/** For each header that is read: values as they come from those who mean no good. */
const HEADERS = {
  Authorization: [
    '',
    'Bearer',
    'Bearer ',
    'bearer x',
    'Basic YTpi',
    'Bearer a b',
    'Bearer \xff',
    'Digest a="b", c',
    'Negotiate',
    ',',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    'Bearer eyJ.eyJ.eyJ',
    'Bearer nen_',
    `Bearer ${'a'.repeat(9000)}`,
  ],
  'X-API-Key': ['', ' ', 'x', 'nen_', 'null', '\xe9', ','],
  'MCP-Protocol-Version': ['', '2025-03-26', '2026-07-28', '0', '2025-11-25, 2025-11-25', '\xff', 'a'.repeat(2000)],
  'Mcp-Session-Id': ['', 'x', '../x', 'eyJ', '\xff', 'a'.repeat(5000), `${'A'.repeat(43)}=`, 'v1.AAAA.BBBB', 'null'],
  'Mcp-Method': ['', 'ping', 'tools/call', 'x y'],
  'Mcp-Name': ['', '=?base64??=', '=?base64?%%%?=', '=?base64?/w==?=', 'x'],
  'Idempotency-Key': ['', 'a', '"a"', 'a'.repeat(255), 'a'.repeat(256), 'a'.repeat(5000), '\xff', 'a, b', 'ключ'.length.toString(), '"', "'"],
  'If-None-Match': ['', '*', '"', 'W/', 'W/"x"', '"a","b"', `${'"a",'.repeat(2000)}"b"`, '\xff', 'x'],
  Origin: [
    '',
    'null',
    'http://evil.example',
    'http://localhost',
    'http://localhost:80',
    'file://',
    'http://127.0.0.1.evil.example',
    'http://[::1]',
    'localhost',
    '\xff',
    'http://a, http://b',
  ],
  'Content-Type': [
    '',
    'application/json; charset=utf-16',
    'application/json;',
    'text/plain',
    'application/json, application/json',
    ';',
    'a/b; c="',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    '\xff',
    'application/vnd.api+json',
    'APPLICATION/JSON',
  ],
  'Content-Encoding': ['gzip', 'br', 'identity', '', 'deflate, gzip', 'x'],
  Accept: ['', '*/*', 'text/event-stream', 'q', 'application/json;q=2', ','.repeat(3000), 'text/html'],
  'Accept-Encoding': ['gzip;q=9', '*', ''],
  traceparent: ['', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x', '00-'.repeat(100), '\xff'],
  'X-Forwarded-For': ['', 'x', '127.0.0.1', '::1', '1.2.3.4, 5.6.7.8', ','.repeat(1000), '999.999.999.999', '[::1]:80', 'unknown'],
  'X-Forwarded-Proto': ['https', 'x', ''],
  'X-Forwarded-Host': ['evil.example', ''],
  'Last-Event-ID': ['', '0', '-1', 'x'.repeat(4000), '\xff'],
  Range: ['bytes=0-0', 'bytes=-1', 'bytes=9-1'],
  Cookie: ['a=b', ';', '__proto__=1', 'x'.repeat(4000)],
  'Access-Control-Request-Method': ['POST', '', 'x'],
  'Access-Control-Request-Headers': ['*', 'authorization', ','.repeat(500)],
  'X-Request-Id': ['x', '../x', '\xff'],
  'X-HTTP-Method-Override': ['DELETE'],
  __proto__: ['x'],
  constructor: ['x'],
  Te: ['trailers'],
  Via: ['1.1 x'],
  Pragma: ['no-cache'],
  Date: ['x'],
};
const NAMES = Object.keys(HEADERS);

export const rest = {
  'REST with input from its schema'(world, chance) {
    return once(restRequest(world, chance, false));
  },
  'REST with spoilt input'(world, chance) {
    return once(restRequest(world, chance, true));
  },
  paths(world, chance) {
    const parts = chance.several(6, () =>
      chance.odds(0.6) ? chance.pick(SEGMENTS) : chance.pick(['api', 'v1', 'tickets', 'mcp', 'docs', 'metrics', 'health', '.well-known']),
    );
    const root = chance.pick(['/', '//', '/api/v1/', '/api/v1//', '/mcp/', `${world.list}/`, '/docs/', '/API/V1/']);
    const target = root + parts.join('/') + (chance.odds(0.05) ? 'a'.repeat(chance.pick([100, 1025, 8000])) : '');
    return once({ method: chance.pick(METHODS.slice(0, 7)), target, headers: [bearer(world.keys.full)] });
  },
  'forms of the target'(world, chance) {
    const path = chance.pick(['/mcp', world.list, '/', '/api/v1/health', '/x?y']);
    const target = chance.pick([
      `http://localhost${path}`,
      `http://evil.example${path}`,
      `https://localhost:1${path}`,
      `HTTP://LOCALHOST${path}`,
      `http://a:b@localhost${path}`,
      `http://${path}`,
      'http://',
      `ftp://x${path}`,
      `//localhost${path}`,
    ]);
    return once({ method: chance.pick(['GET', 'POST', 'HEAD', 'DELETE']), target, headers: [bearer(world.keys.full), JSON_TYPE] });
  },
  queries(world, chance) {
    const path = chance.pick([world.list, '/mcp', '/api/v1/health', '/api/v1/openapi.json']);
    return once({
      method: chance.pick(['GET', 'HEAD', 'POST']),
      target: path + chance.pick(chance.odds(0.5) ? ODD_QUERIES : MORE_QUERIES),
      headers: [bearer(world.keys.full)],
    });
  },
  headers(world, chance) {
    const sent = chance.several(4, () => chance.pick(NAMES)).map((name) => [name, chance.pick(HEADERS[name])]);
    const base = chance.odds(0.7) ? [bearer(world.someKey(chance))] : [];
    const all = [...base, ...(chance.odds(0.6) ? [JSON_TYPE] : []), ...(chance.odds(0.5) ? [ACCEPT] : []), ...sent];
    if (chance.odds(0.5)) return once({ headers: all, body: PING });
    const { method, target, body } = restRequest(world, chance, chance.odds(0.3));
    return once({ method, target, headers: all, body });
  },
  methods(world, chance) {
    const target = chance.pick(['/mcp', world.list, '/api/v1/nothing', '/', '/api/v1/health', '/metrics', '/docs']);
    const body = chance.odds(0.3) ? PING : undefined;
    return once({ method: chance.pick(METHODS), target, headers: [bearer(world.keys.full), JSON_TYPE], body });
  },
  credentials(world, chance) {
    const key = chance.pick(Object.values(world.keys));
    const [name, value] = chance.pick([
      ['Authorization', `Bearer ${spoiltKey(key, chance)}`],
      ['Authorization', `bearer  ${key}`],
      ['X-API-Key', spoiltKey(key, chance)],
      ['Authorization', key],
      ['Authorization', `Bearer ${key}, Bearer ${key}`],
    ]);
    const twice = chance.odds(0.2) ? [['X-API-Key', chance.pick(Object.values(world.keys))]] : [];
    return once({ headers: [[name, value], ...twice, JSON_TYPE], body: PING });
  },
  'many headers'(world, chance) {
    const count = chance.pick([50, 200, 900, 2100]);
    const same = chance.odds(0.5);
    const name = chance.pick(['X', 'Cookie', 'Accept', 'X-Forwarded-For', 'If-None-Match']);
    return once({
      headers: [...forMcp(world.keys.full), ...Array.from({ length: count }, (_, i) => [same ? name : `X${i}`, 'a'])].slice(0, count),
      body: PING,
    });
  },
  'bodies where none belongs'(world, chance) {
    const body = chance.pick([PING, '{}', '{"limit":1}', JSON.stringify(absurd(chance)) ?? '', '\x00']);
    return once({
      method: chance.pick(['GET', 'DELETE', 'OPTIONS', 'HEAD']),
      target: chance.pick([world.list, '/mcp', '/api/v1/health']),
      headers: [bearer(world.keys.full), JSON_TYPE],
      body,
    });
  },
  'large bodies'(world, chance) {
    // Seldom what takes the server long: each is a millisecond of its time.
    const size = chance.odds(0.9) ? chance.pick([1_000, 10_000]) : chance.pick([60_000, 200_000, 1_048_576 - 60]);
    const filler = chance.pick(['x', '\\u0041', '[', '{"a":[', '"a",', '1,', '🦄']);
    const body = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"${filler.repeat(Math.floor(size / Buffer.byteLength(filler)))}"}}`;
    return once({ headers: forMcp(world.keys.full), body: Buffer.from(body).subarray(0, 1_048_576) });
  },
};

function spoiltKey(key, chance) {
  const at = chance.below(key.length);
  return chance.pick([
    key.slice(0, at),
    key + chance.pick(['0', ' ', '\xff', key]),
    key.toUpperCase(),
    `${key.slice(0, at)}f${key.slice(at + 1)}`,
    ` ${key}`,
    `"${key}"`,
  ]);
}
