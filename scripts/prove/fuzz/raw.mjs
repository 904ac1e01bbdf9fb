// What may be no HTTP at all: each goes over a connection of its own, whose sending side is ended behind it.
import { ACCEPT, JSON_TYPE, bearer, bytesOf } from './request.mjs';

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const FORM = 'Content-Type: application/x-www-form-urlencoded';
/** Where whole requests go: mostly calls, and forms of people and programs. */
const placeOf = (world, chance) =>
  chance.odds(0.6)
    ? { target: '/mcp', type: JSON_TYPE.join(': '), body: PING, by: bearer(world.keys.full).join(': '), page: false }
    : {
        target: chance.pick(['/oauth/token', '/oauth/register', '/oauth/revoke', '/oauth/authorize', '/sign-in', '/sign-in/link', '/account/disconnect']),
        type: FORM,
        body: 'grant_type=refresh_token&refresh_token=x',
        by: `Cookie: gatehouse_session=${world.session}`,
        page: true,
      };
const whole = ({ target, type, body, by }) => bytesOf({ target, headers: [type, by, ACCEPT.join(': ')].map((line) => line.split(': ')), body });
const lines = (...all) => Buffer.from(all.join('\r\n'), 'latin1');
const auth = (world) => bearer(world.keys.full).join(': ');

const FIRST_LINES = [
  'GET',
  'GET /',
  'GET / HTTP/1.1 x',
  ' GET / HTTP/1.1',
  'GET  / HTTP/1.1',
  'GET\t/\tHTTP/1.1',
  'get / HTTP/1.1',
  'GET / HTTP/1.2',
  'GET / HTTP/2.0',
  'GET / HTTP/0.9',
  'GET / http/1.1',
];
const MORE_LINES = [
  'GET / HTTP/1.10',
  'GET / ICE/1.0',
  'PRI * HTTP/2.0',
  '* * *',
  'OPTIONS * HTTP/1.1',
  'CONNECT localhost:80 HTTP/1.1',
  'GET /\x00 HTTP/1.1',
  'GET /a b HTTP/1.1',
  'GET \x7f HTTP/1.1',
  'POST',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'G\x00ET / HTTP/1.1',
  'GET localhost HTTP/1.1',
  'GET ?x HTTP/1.1',
  'GET #x HTTP/1.1',
  'FOO / HTTP/1.1',
  `${'A'.repeat(5000)} / HTTP/1.1`,
];

const BAD_LINES = [
  'X',
  ': x',
  'X : y',
  ' X: y',
  'X\x00: y',
  'X: a\x00b',
  'X: a\rb',
  'X: a\nb',
  'X: a\r\n b',
  'X: \x01',
  'X(: y',
  '\x80: y',
  'X: y\r',
  'Host: a\r\nHost: b',
  'Host:',
  'Host: evil.example',
  'Host: local host',
  'Host: [::1',
  'Host: \xff',
  'Host: localhost:99999',
  `Host: ${'a'.repeat(5000)}`,
  `X: ${'a'.repeat(17_000)}`,
  'X: a\r\n\tb',
  'Authorization: Bearer a\r\nAuthorization: Bearer b',
  'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13',
  'Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'Expect: ',
  'Connection: close, keep-alive',
  'Connection: host',
  'Keep-Alive: timeout=99999',
  'Trailer: Authorization',
];

/** Two readings of where a request ends (RFC 9112, section 6.3). */
const SMUGGLED = [
  ['Content-Length: 40', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: chunked', 'Content-Length: 4'],
  ['Content-Length: 40', 'Content-Length: 5'],
  ['Content-Length: 40, 40'],
  ['Content-Length: +40'],
  ['Content-Length: -1'],
  ['Content-Length: 0x28'],
  ['Content-Length: 4 0'],
  ['Content-Length: 99999999999999999999'],
  ['Content-Length: '],
  ['Content-Length:\t40'],
  ['Content-Length : 40'],
  ['Transfer-Encoding: xchunked'],
  ['Transfer-Encoding: chunked, identity'],
  ['Transfer-Encoding: identity'],
  ['Transfer-Encoding: gzip, chunked'],
  ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
  ['Transfer-Encoding:\x0bchunked'],
  ['Transfer-Encoding: "chunked"'],
  [' Transfer-Encoding: chunked'],
  ['X: y\nTransfer-Encoding: chunked'],
  ['Content-Length: 5\rTransfer-Encoding: chunked'],
];

const CHUNKS = [
  '28\r\n',
  '028\r\n',
  '28;a=b\r\n',
  '28;\r\n',
  '-1\r\n',
  'zz\r\n',
  'ffffffffffffffff\r\n',
  '28\n',
  '0x28\r\n',
  '\r\n',
  ' 28\r\n',
  `28;${'x'.repeat(20_000)}\r\n`,
  '28\r\n\r\n',
];
const ENDS = [
  '\r\n0\r\n\r\n',
  '\r\n0\r\nAuthorization: x\r\n\r\n',
  '\r\n0\r\n',
  '',
  '\r\n0\r\nX: y\r\n',
  '\r\n00000\r\n\r\n',
  '0\r\n\r\n',
  '\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
  `\r\n0\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`,
];

/** Generators by class: `(world, chance) => { bytes, bodiless?, cut? }`. Each may be answered by a page. */
export const raw = {
  'request lines'(world, chance) {
    const line = chance.pick(chance.odds(0.5) ? FIRST_LINES : MORE_LINES);
    return { bytes: lines(line, 'Host: localhost', auth(world), '', '') };
  },
  'header lines'(world, chance) {
    const { target, type, body, by, page } = placeOf(world, chance);
    const all = [type, by, ...chance.several(2, () => chance.pick(BAD_LINES)), chance.pick(BAD_LINES)];
    return {
      bytes: lines(`POST ${target} HTTP/1.1`, ...(chance.odds(0.8) ? ['Host: localhost'] : []), ...all, `Content-Length: ${body.length}`, '', body),
      page,
    };
  },
  'ends of a body, told twice'(world, chance) {
    const { target, type, body, by, page } = placeOf(world, chance);
    const sent = chance.pick([body, `28\r\n${body}\r\n0\r\n\r\n`, `0\r\n\r\nGET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n`]);
    return { bytes: lines(`POST ${target} HTTP/1.1`, 'Host: localhost', type, by, ...chance.pick(SMUGGLED), '', sent), page };
  },
  'chunked bodies'(world, chance) {
    const { target, type, body, by, page } = placeOf(world, chance);
    const sent = chance.pick(CHUNKS) + body + chance.pick(ENDS);
    return { bytes: lines(`POST ${target} HTTP/1.1`, 'Host: localhost', type, by, 'Transfer-Encoding: chunked', '', sent), page };
  },
  'old versions'(world, chance) {
    const method = chance.pick(['GET', 'POST']);
    const extra = chance.pick([[], ['Connection: keep-alive'], ['Host: localhost'], ['Transfer-Encoding: chunked']]);
    return {
      bytes: lines(
        `${method} ${chance.pick(['/mcp', '/api/v1/health', '/'])} HTTP/1.0`,
        auth(world),
        ...extra,
        ...(method === 'POST' ? [`Content-Length: ${PING.length}`, '', PING] : ['', '']),
      ),
    };
  },
  'cut short'(world, chance) {
    const place = placeOf(world, chance);
    const bytes = whole(place);
    return { bytes: bytes.subarray(0, chance.below(bytes.length)), page: place.page };
  },
  'cut off'(world, chance) {
    const bytes = whole(placeOf(world, chance));
    return { bytes: bytes.subarray(0, 1 + chance.below(bytes.length)), cut: true, page: true };
  },
  'bytes changed'(world, chance) {
    const place = placeOf(world, chance);
    const bytes = Buffer.from(whole(place));
    for (let i = 1 + chance.below(4); i > 0; i -= 1) bytes[chance.below(bytes.length)] = chance.below(256);
    return { bytes, page: place.page };
  },
  noise(_world, chance) {
    return { bytes: chance.bytes(1 + chance.below(200)) };
  },
  'several in one go, the last broken'(world, chance) {
    const place = placeOf(world, chance);
    const many = Array.from({ length: 1 + chance.below(10) }, () => whole(place));
    return { bytes: Buffer.concat([...many, chance.odds(0.5) ? chance.bytes(30) : whole(place).subarray(0, 50)]), page: place.page };
  },
  'bodies that are too large'(world, chance) {
    const { target, page } = placeOf(world, chance);
    const said = chance.pick([1_048_577, 5_000_000, 2 ** 31, 2 ** 40]);
    return {
      bytes: bytesOf({
        framing: false,
        target,
        headers: [['Host', 'localhost'], bearer(world.keys.full), JSON_TYPE, ACCEPT, ['Content-Length', String(said)]],
        body: 'x'.repeat(chance.below(2000)),
      }),
      page,
    };
  },
};
