import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Where an address leads: out to the internet, to this machine, or to where an outbound request must not go. */
export type AddressKind = 'public' | 'loopback' | 'forbidden';

/** IPv6 hands out global unicast addresses from here only (RFC 4291, section 2.4; IANA's address space registry). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Everything that is not plainly public or loopback is forbidden: private, link-local, unique-local, shared (CGNAT),
 * multicast, reserved and documentation ranges, and every form that carries an IPv4 address inside an IPv6 one
 * (mapped, NAT64, 6to4, Teredo), whatever that inner address is.
 */
export function addressKind(address: string): AddressKind {
  // A zone (`fe80::1%eth0`) exists on link-local addresses only.
  if (isIP(address) === 0 || address.includes('%')) return 'forbidden';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range === 'loopback') return 'loopback';
  if (range !== 'unicast') return 'forbidden';
  return parsed.kind() === 'ipv4' || (parsed instanceof ipaddr.IPv6 && parsed.match(GLOBAL_UNICAST)) ? 'public' : 'forbidden';
}

/** Whether a URL's host, as `URL` spells it, is this machine by its very name. Says nothing about other names. */
export function isLoopbackHost(hostname: string): boolean {
  const bare = bareHost(hostname);
  return bare === 'localhost' || bare.endsWith('.localhost') || addressKind(bare) === 'loopback';
}

/** The host without the brackets that URLs put around IPv6 addresses. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
