import { describe, expect, it } from 'vitest';
import { isLoopbackName, originThrough } from '../../src/domain/address.js';

const hop = (forwardedFor?: string, proto?: string) => ({
  peer: '10.0.0.1',
  encrypted: false,
  forwarded: (what: 'for' | 'proto') => (what === 'for' ? forwardedFor : proto),
});

describe("the client's address", () => {
  it('is the peer, whatever a header claims, where no proxy is trusted', () => {
    expect(originThrough([])(hop('1.2.3.4')).address).toBe('10.0.0.1');
  });

  it('is the peer where the peer is no trusted proxy', () => {
    expect(originThrough(['192.168.0.0/16'])(hop('1.2.3.4')).address).toBe('10.0.0.1');
  });

  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['9.9.9.9, 1.2.3.4', '1.2.3.4'],
    ['9.9.9.9, 1.2.3.4, 10.0.0.7', '1.2.3.4'],
    ['10.0.0.5, 10.0.0.7', '10.0.0.5'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['not an address', '10.0.0.1'],
    ['', '10.0.0.1'],
  ])('behind a trusted proxy that forwards %j is %s', (forwardedFor, address) => {
    expect(originThrough(['10.0.0.0/8'])(hop(forwardedFor)).address).toBe(address);
  });

  it('is secure where a trusted proxy says so, and only then', () => {
    const forwarded = hop('1.2.3.4', 'https');
    expect(originThrough(['10.0.0.0/8'])(forwarded).secure).toBe(true);
    expect(originThrough([])(forwarded).secure).toBe(false);
  });

  it.each([['banana'], ['10.0.0.0/99']])('%s is refused as a range, by its name', (range) => {
    expect(() => originThrough([range])).toThrow(range);
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['[::1]', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['localhost.evil.example', false],
  ['example.com', false],
])('%s means this machine: %s', (name, loopback) => {
  expect(isLoopbackName(name)).toBe(loopback);
});
