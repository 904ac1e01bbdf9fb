import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** What a request says of where it came from. */
export interface Hop {
  /** The address at the other end of the connection. */
  readonly peer: string;
  readonly encrypted: boolean;
  /** `X-Forwarded-For` or `X-Forwarded-Proto`, as sent; asked for only where a proxy is trusted. */
  forwarded(what: 'for' | 'proto'): string | undefined;
}

export interface Origin {
  readonly address: string;
  readonly secure: boolean;
}

/**
 * The client's address: the peer's, unless the peer is a trusted proxy; then the nearest hop in `X-Forwarded-For`
 * that is none. With no trusted proxies the headers mean nothing.
 * @throws where a range is not `address` or `address/bits`, naming it
 */
export function originThrough(trusted: readonly string[]): (hop: Hop) => Origin {
  const ranges = trusted.map(parseRange);
  const isTrusted = (address: string) => {
    const parsed = parse(address);
    return parsed !== undefined && ranges.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network as ipaddr.IPv4, bits));
  };
  return ({ peer, encrypted, forwarded }) => {
    const near = plain(peer);
    const forwardedFor = ranges.length === 0 ? undefined : forwarded('for');
    if (forwardedFor === undefined || !isTrusted(near)) return { address: near, secure: encrypted };
    const hops = forwardedFor.split(',').map((part) => plain(part.trim()));
    const client = hops.findLast((hop) => !isTrusted(hop)) ?? hops[0] ?? near;
    const valid = parse(client) !== undefined;
    return { address: valid ? client : near, secure: encrypted || forwarded('proto')?.split(',').at(-1)?.trim() === 'https' };
  };
}

/** `127.0.0.0/8`, `::1`. */
export function isLoopback(address: string): boolean {
  return parse(address)?.range() === 'loopback';
}

/** The host of a `Host` header or a URL that can only mean this machine. */
export function isLoopbackName(host: string): boolean {
  const name = host.startsWith('[') ? host.slice(1, -1) : host;
  return name === 'localhost' || isLoopback(name);
}

export function isAddress(host: string): boolean {
  return parse(host.startsWith('[') ? host.slice(1, -1) : host) !== undefined;
}

/** Who an address stands for: itself, or its /64, of which one subscriber has all 2^64 addresses of IPv6 (RFC 6177). */
export function networkOf(address: string): string {
  const parsed = parse(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : address;
}

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}

/** An IPv4 address that arrived over an IPv6 socket is that IPv4 address. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? (parse(address)?.toString() ?? address) : address;
}

function parseRange(text: string): Range {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text) as Range;
    const address = ipaddr.process(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch {
    throw new Error(`"${text}" is not an address or a range such as 10.0.0.0/8`);
  }
}
