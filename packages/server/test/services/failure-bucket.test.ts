import { describe, expect, it } from 'vitest';
import { failureBucket } from '../../src/services/limits/buckets.js';

const keyOf = (address: string) => failureBucket(address, 1).key;

describe('failed authentications', () => {
  it('from one IPv6 network count together, however many addresses it has', () => {
    expect(keyOf('2001:db8:1:2::1')).toBe(keyOf('2001:db8:1:2:ffff:ffff:ffff:ffff'));
    expect(keyOf('2001:db8:1:2::1')).not.toBe(keyOf('2001:db8:1:3::1'));
  });

  it('from each IPv4 address count alone, in whatever form it arrives', () => {
    expect(keyOf('192.0.2.1')).not.toBe(keyOf('192.0.2.2'));
    expect(keyOf('::ffff:192.0.2.1')).not.toBe(keyOf('::ffff:192.0.2.2'));
  });
});
