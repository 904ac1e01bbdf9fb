import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/adapters/log.js';
import { redact, redactPath } from '../../src/domain/redact.js';

const hex = '0123456789abcdef'.repeat(4);

describe('a credential in a log', () => {
  it.each([
    ['a key', `nen_${hex}`],
    ['a key behind other letters', `/x_nen_${hex}`],
    ['a key behind a digit', `1nen_${hex}`],
    ['a key whose prefix has several parts', `acme_live_${hex}`],
    ['a key whose prefix has digits', `nr2_${hex}`],
    ['a key whose prefix is long', `averylongplatformname_${hex}`],
    ['a key with a dash', `key-${hex}`],
    ['two keys in a row', `${hex}${hex}`],
    ['a hash', hex],
    ['a JWT', `eyJhbGciOiJub25lIn0.eyJzdWIi${hex}.${hex}`],
    ['a JWT behind other letters', `x_eyJhbGciOiJub25lIn0.eyJzdWIi${hex}.${hex}`],
    ['a JWT that was cut', `eyJhbGciOi${hex}`],
  ])('is blotted out: %s', (_what, text) => {
    expect(redact(`before ${text} after`)).not.toContain(hex.slice(0, 16));
    expect(redact(`before ${text} after`)).toMatch(/^before .*\[redacted\].* after$/);
  });

  it.each([`/fix%5F${hex}`, `/fi%78_${hex}`, `/fix_${[...hex].map((digit) => `%${digit.charCodeAt(0).toString(16)}`).join('')}`])(
    'is blotted out of a path, however it is escaped: %s',
    (path) => {
      expect(redactPath(path)).toBe('/[redacted]');
    },
  );

  it('is blotted out where it is the password of a database', () => {
    const line = redact(
      '{"url":"postgres://shop_serving:s3cret-pw@127.0.0.1:5432/shop"} postgresql://a:b%20c@[::1]/d postgres://role@host/db postgres://host:5432/db postgres:///d?user=a&password=b%20c&x=1',
    );
    expect(line).toBe(
      '{"url":"postgres://shop_serving:[redacted]@127.0.0.1:5432/shop"} postgresql://a:[redacted]@[::1]/d postgres://role@host/db postgres://host:5432/db postgres:///d?user=a&password=[redacted]&x=1',
    );
  });

  it('leaves ids, and paths without a credential, as they were sent', () => {
    const path = '/api/v1/things/0b7e3f9c-8d0a-4a52-9d3e-5f2f0a1b2c3d/a%20b%zz';
    expect([redactPath(path), redact(path)]).toEqual([path, path]);
  });

  it.each(['eyJaaaaaaa', 'a_0', 'bearer ', '%41', '0123456789a_', 'a', '-eyJaaaaaa.', 'postgres://', 'postgres://a:', 'postgres'])(
    'costs time in proportion to the text, repeated: %s',
    (part) => {
      const timeOf = (length: number) => {
        const text = part.repeat(Math.ceil(length / part.length));
        const began = performance.now();
        redactPath(text);
        return performance.now() - began;
      };
      timeOf(100_000);
      // In quadratic time the first would take about 2 s.
      expect(timeOf(100_000)).toBeLessThan(150);
    },
  );

  it('of the path leaves a line of JSON, whatever else is in it', () => {
    let written = '';
    const destination = new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        done();
      },
    });
    const logger = createLogger({ level: 'info', pretty: false, destination });
    const path = `/"\\\u001b[31m\n\u2028%0a%22%00fix%5f${hex}`;
    logger.request?.({ at: 0, requestId: 'r', method: 'GET', path, status: 200, ms: 1, address: '::1', traceparent: undefined }, { reason: '"\n' });
    logger.flush();
    expect(written.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(written)).toMatchObject({ path: expect.stringContaining('[redacted]'), reason: '"\n', status: 200 });
    expect(written).not.toContain(hex.slice(0, 16));
  });

  it('leaves a request at a terminal in one line that begins with the call and its end, and steers nothing', async () => {
    const written = new Promise<string>((resolve) => {
      const destination = new Writable({ write: (chunk, _encoding, done) => done(resolve(String(chunk)) as undefined) });
      const logger = createLogger({ level: 'info', pretty: true, destination });
      const line = {
        at: 0,
        requestId: 'r',
        method: 'GET',
        path: `/a/\u001b[31m\u009b\n${hex}`,
        status: 404,
        ms: 1.234,
        address: '::1',
        traceparent: undefined,
      };
      logger.request?.(line, { reason: 'none' });
      logger.flush();
    });
    for (const steering of ['\u001b[31m', '\u009b']) expect(await written).not.toContain(steering);
    expect(stripVTControlCharacters(await written)).toMatch(
      /^\[[\d:.]+\] INFO: GET \/a\/\?\[31m\?\?\[redacted\] 404 in 1\.23 ms \{"request_id":"r","address":"::1","reason":"none"\}\n$/,
    );
  });
});
