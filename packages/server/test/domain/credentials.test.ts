import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { displayPrefix, importedPrefix, newRawKey, normaliseHash } from '../../src/domain/key-format.js';
import { callerOf, sha256, traceparentOf } from '../../src/domain/presented.js';
import { redact } from '../../src/domain/redact.js';
import { newRequestId } from '../../src/domain/request-id.js';

const plain = { prefix: 'nen_', checksum: false, displayLength: 8 };
const checked = { prefix: 'gh_', checksum: true, displayLength: 8 };
const callerWith = (headers: Record<string, string>) => callerOf({ header: (name) => headers[name], address: '127.0.0.1', secure: false, requestId: 'req_1' });

describe('a raw key', () => {
  it('is the prefix and 64 lower-case hex digits of 32 random bytes', () => {
    expect(newRawKey(plain, () => new Uint8Array(32).fill(171))).toBe(`nen_${'ab'.repeat(32)}`);
    expect(displayPrefix(plain, newRawKey(plain, randomBytes))).toMatch(/^nen_[0-9a-f]{4}$/);
  });

  it('ends with the CRC-32 of its other digits where the platform asks for one', () => {
    const [, body = '', checksum] = /^gh_([0-9a-f]{56})([0-9a-f]{8})$/.exec(newRawKey(checked, randomBytes)) ?? [];
    expect(checksum).toBe(crc32(body).toString(16).padStart(8, '0'));
  });

  it('has the CRC-32 that a reference computes', () => {
    expect(newRawKey(checked, (size) => new Uint8Array(size))).toBe(`gh_${'0'.repeat(56)}${crcOfZeros()}`);
  });

  it.each(['hex', 'base64', 'base64url'] as const)('is imported by its hash in %s', (format) => {
    const digest = createHash('sha256').update('nen_secret').digest();
    expect(normaliseHash(digest.toString(format), format)).toBe(digest.toString('hex'));
  });

  it.each([
    ['hex', 'abc'],
    ['hex', 'g'.repeat(64)],
    ['base64', 'short'],
    ['base64url', '+'.repeat(43)],
  ] as const)('is not imported by %s %s', (format, hash) => {
    expect(normaliseHash(hash, format)).toBeUndefined();
  });

  it('that is imported shows a prefix which tells nothing of its hash', () => {
    const hash = sha256('nen_secret');
    expect(hash).not.toContain(importedPrefix(plain, hash).slice(4));
  });
});

/** Reference: the bitwise CRC-32 (IEEE 802.3) of 56 digits `0`. */
function crcOfZeros(): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from('0'.repeat(56))) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}

describe('a presented credential', () => {
  it.each([
    [{ authorization: 'Bearer nen_1' }, ['nen_1']],
    [{ authorization: 'bearer nen_1' }, ['nen_1']],
    [{ authorization: 'BEARER   nen_1  ' }, ['nen_1']],
    [{ 'x-api-key': ' nen_1 ' }, ['nen_1']],
    [{ authorization: 'Bearer nen_1', 'x-api-key': 'nen_1' }, ['nen_1', 'nen_1']],
    [{ authorization: 'Basic abc' }, ['Basic abc']],
    [{ authorization: '' }, ['']],
    [{ authorization: 'Bearer' }, ['Bearer']],
    [{}, []],
  ])('in %j is %j', (headers, values) => {
    expect(callerWith(headers as Record<string, string>).presented.map(({ value }) => value)).toEqual(values);
  });

  it('keeps a well-formed traceparent, and drops any other', () => {
    const good = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
    expect(traceparentOf({ header: () => good })).toBe(good);
    expect(traceparentOf({ header: () => 'nen_secret\n' })).toBeUndefined();
    expect(traceparentOf({ header: () => undefined })).toBeUndefined();
  });
});

describe('the log', () => {
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJl';
  it.each([
    newRawKey(plain, randomBytes),
    newRawKey(plain, randomBytes).slice(0, 30),
    newRawKey(checked, randomBytes),
    jwt,
    jwt.slice(0, 40),
    sha256('x'),
    'Bearer opaque-token-123',
  ])('never shows %s', (secret) => {
    expect(redact(`{"path":"/x/${secret}","error":"about ${secret}."}`)).not.toContain(secret.replace('Bearer ', ''));
  });

  it('shows ids, request ids and ordinary words', () => {
    const line = `{"event":"request","request_id":"${newRequestId()}","credential":"key:0b5f1c9e-7a64-4f0e-9b1e-1f2a3b4c5d6e","path":"/api/v1/tickets"}`;
    expect(redact(line)).toBe(line);
  });
});

describe('a request id', () => {
  it('is req_ and 24 letters or digits, and never the same twice', () => {
    const ids = Array.from({ length: 5000 }, newRequestId);
    expect(ids.every((id) => /^req_[a-z0-9]{24}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(5000);
  });
});
