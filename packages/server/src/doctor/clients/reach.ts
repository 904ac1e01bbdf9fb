import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** How far in an address leads, as seen from the internet: to everyone, to one's own network, to this machine, to none of these. */
export type Reach = 0 | 1 | 2 | 3;

const OF_RANGE: Readonly<Record<string, Reach>> = { unicast: 0, private: 1, uniqueLocal: 1, carrierGradeNat: 1, loopback: 2 };

export function reachOf(address: string): Reach {
  if (isIP(address) === 0) return 3;
  return OF_RANGE[ipaddr.process(address).range()] ?? 3;
}

/** A name may have several addresses: the furthest in counts. */
export function furthestIn(addresses: readonly string[]): Reach {
  return addresses.map(reachOf).reduce((most, reach) => (reach > most ? reach : most), 0);
}
