import { afterEach, describe, expect, test } from 'vitest';
import { createEgress } from '../../src/services/egress.js';
import { fetchKeys, fetchServerKeys } from '../../src/services/identity/fetch-keys.js';
import { IssuerKeys, type KeyLookup } from '../../src/services/identity/issuer-keys.js';
import type { Algorithm } from '../../src/services/identity/key-set.js';
import { MissingKeyIds } from '../../src/services/identity/missing-key-ids.js';
import { clerk } from '../../src/services/identity/clerk.js';
import { oidc } from '../../src/services/identity/oidc.js';
import type { IdentityProvider } from '../../src/services/identity/provider.js';
import { IssuerServer, type SigningKey, newKey } from './issuer-server.js';
import { TestClock } from './test-clock.js';

const running: IssuerServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((issuer) => issuer.close()));
});

interface Bench {
  readonly issuer: IssuerServer;
  readonly clock: TestClock;
  readonly events: object[];
  readonly keys: IssuerKeys;
  find(kid: string | undefined, algorithm?: Algorithm): Promise<KeyLookup>;
}

async function bench(keys: readonly SigningKey[], provider: (url: string) => IdentityProvider = clerkAt): Promise<Bench> {
  const issuer = await IssuerServer.start(...keys);
  running.push(issuer);
  const clock = new TestClock();
  const events: object[] = [];
  const egress = createEgress({ allowLoopback: true });
  const made = new IssuerKeys({ issuer: issuer.url, fetch: () => fetchKeys(egress, provider(issuer.url)), now: clock.now, log: (event) => events.push(event) });
  return { issuer, clock, events, keys: made, find: async (kid, algorithm = 'RS256') => made.find(kid, algorithm) };
}

const clerkAt = (issuer: string) => clerk({ issuer, development: true });
const oidcAt = (issuer: string) => oidc({ issuer, audience: 'gatehouse', development: true });

const [first, second, curve, edwards] = await Promise.all([
  newKey('RS256', 'first'),
  newKey('RS256', 'second'),
  newKey('ES256', 'curve'),
  newKey('EdDSA', 'edwards'),
]);

describe('which key', () => {
  test('a key is found by its id and its algorithm, and a held one without a promise', async () => {
    const { find, keys, issuer } = await bench([first, curve, edwards]);
    expect(await find('first', 'RS256')).toMatchObject({ is: 'key', key: { kid: 'first', algorithm: 'RS256' } });
    expect(keys.find('curve', 'ES256')).toMatchObject({ is: 'key', key: { kid: 'curve' } });
    expect(keys.find('edwards', 'EdDSA')).toMatchObject({ is: 'key', key: { kid: 'edwards' } });
    expect(issuer.asked.keys).toBe(1);
  });

  test('a known key with another algorithm is no key, and does not have the issuer asked', async () => {
    const { find, clock, issuer } = await bench([first, curve]);
    await find('first');
    clock.advance(120);
    expect(await find('first', 'ES256')).toEqual({ is: 'unknown' });
    expect(await find('curve', 'RS256')).toEqual({ is: 'unknown' });
    expect(issuer.asked.keys).toBe(1);
  });

  test('without an id a key is found only where a single one fits the algorithm', async () => {
    const { find } = await bench([first, second, curve]);
    expect(await find(undefined, 'ES256')).toMatchObject({ is: 'key', key: { kid: 'curve' } });
    expect(await find(undefined, 'RS256')).toEqual({ is: 'unknown' });
    expect(await find(undefined, 'EdDSA')).toEqual({ is: 'unknown' });
  });

  test('two keys of the same id and algorithm are none', async () => {
    const { find } = await bench([first, await newKey('RS256', 'first')]);
    expect(await find('first')).toEqual({ is: 'unknown' });
  });

  test('encryption keys, secret keys, other algorithms, short and malformed keys are left out', async () => {
    const odd = await Promise.all([
      newKey('RS256', 'encryption', { use: 'enc' }),
      newKey('RS256', 'wrapping', { key_ops: ['wrapKey'] }),
      newKey('RS256', 'stronger', { alg: 'RS512' }),
      newKey('RS256', 'short', { n: first.jwk.n?.slice(0, 171) ?? '' }),
      newKey('ES256', 'off-curve', { x: curve.jwk.y ?? '' }),
      newKey('ES384', 'other-curve'),
    ]);
    const secret: SigningKey = { ...first, kid: 'secret', jwk: { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'secret' } };
    const verifying = await newKey('RS256', 'verifying', { key_ops: ['verify'] });
    const { find } = await bench([...odd, secret, verifying]);
    for (const algorithm of ['RS256', 'ES256', 'EdDSA'] as const) {
      for (const kid of ['encryption', 'wrapping', 'stronger', 'short', 'off-curve', 'other-curve', 'secret'])
        expect(await find(kid, algorithm)).toEqual({ is: 'unknown' });
    }
    expect(await find('verifying')).toMatchObject({ is: 'key' });
  });
});

describe('how often the issuer is asked', () => {
  test('a thousand look-ups at once share one question', async () => {
    const { find, issuer } = await bench([first]);
    const found = await Promise.all(Array.from({ length: 1000 }, () => find('first')));
    expect(found.every(({ is }) => is === 'key')).toBe(true);
    expect(issuer.asked.keys).toBe(1);
  });

  test('unknown key ids ask at most once a minute, however many there are', async () => {
    const { find, issuer, clock } = await bench([first]);
    await find('first');
    for (let minute = 1; minute <= 3; minute += 1) {
      clock.advance(60);
      const found = await Promise.all(Array.from({ length: 1000 }, (_, n) => find(`made-up-${minute}-${n}`)));
      expect(found.every(({ is }) => is === 'unknown')).toBe(true);
      clock.advance(0.999);
      await find(`late-${minute}`);
      expect(issuer.asked.keys).toBe(1 + minute);
    }
  });

  test('one made-up id asks ever more seldom, and others are not held up by it', async () => {
    const { find, issuer, clock } = await bench([first]);
    await find('first');
    const askedBy = async (kid: string): Promise<number> => {
      const before = issuer.asked.keys;
      clock.advance(60);
      await find(kid);
      return issuer.asked.keys - before;
    };
    expect(await askedBy('made-up')).toBe(1);
    expect(await askedBy('made-up')).toBe(1);
    expect(await askedBy('made-up')).toBe(0);
    expect(await askedBy('another')).toBe(1);
  });

  test('the memory for made-up ids is bounded, and the oldest are forgotten first', () => {
    const missing = new MissingKeyIds();
    for (let n = 0; n <= 1000; n += 1) missing.note(`id-${n}`, 0);
    expect(missing.has('id-0', 1)).toBe(false);
    expect(missing.has('id-1', 1)).toBe(true);
    expect(missing.has('id-1000', 1)).toBe(true);
    expect(missing.has('id-1000', 60_000)).toBe(false);
  });

  test('a key that the issuer adds is picked up within a minute, a key that it withdraws within twenty', async () => {
    const { find, issuer, clock } = await bench([first]);
    await find('first');
    issuer.keys = [second];
    expect(await find('second')).toEqual({ is: 'unknown' });
    clock.advance(60);
    expect(await find('second')).toMatchObject({ is: 'key', key: { kid: 'second' } });
    issuer.keys = [curve];
    clock.advance(20 * 60);
    expect(await find('second')).toEqual({ is: 'unknown' });
  });

  test('a set of ten minutes is used while it is refreshed in the background', async () => {
    const { keys, find, issuer, clock } = await bench([first]);
    await find('first');
    issuer.keys = [first, second];
    clock.advance(599);
    expect(keys.find('first', 'RS256')).toMatchObject({ is: 'key' });
    expect(issuer.asked.keys).toBe(1);
    clock.advance(1);
    expect(keys.find('first', 'RS256')).toMatchObject({ is: 'key' });
    expect(await find('second')).toMatchObject({ is: 'key' });
    expect(issuer.asked.keys).toBe(2);
  });

  test('a clock that is set back neither keeps the issuer from being asked nor an old set fresh', async () => {
    const { find, issuer, clock } = await bench([first]);
    clock.advance(365 * 86_400);
    await find('first');
    clock.advance(-365 * 86_400);
    issuer.keys = [second];
    expect(await find('second')).toMatchObject({ is: 'key' });
    expect(await find('first')).toEqual({ is: 'unknown' });
  });
});

describe('when the issuer is out of reach', () => {
  test('without any keys the answer is unavailable, with a time to come back, and the tries come ever later', async () => {
    const { find, issuer, clock, events } = await bench([first]);
    issuer.down = true;
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      expect(await find('first')).toEqual({ is: 'unavailable', retryAfterSeconds: seconds });
      const { keys: asked } = issuer.asked;
      clock.advance(seconds - 1);
      expect(await find('first')).toEqual({ is: 'unavailable', retryAfterSeconds: 1 });
      expect(issuer.asked.keys).toBe(asked);
      clock.advance(1);
    }
    issuer.down = false;
    expect(await find('first')).toMatchObject({ is: 'key' });
    expect(events).toEqual([
      { event: 'issuer_unreachable', issuer: issuer.url, reason: 'the key set: network' },
      { event: 'issuer_reachable', issuer: issuer.url },
    ]);
  });

  test('an issuer that does not even listen is unavailable as well', async () => {
    const { find, issuer } = await bench([first]);
    await running.pop()?.close();
    expect(await find('first')).toEqual({ is: 'unavailable', retryAfterSeconds: 5 });
    expect(issuer.asked.keys).toBe(0);
  });

  test('the last set goes on for 24 hours, without waiting for the issuer, and then no longer', async () => {
    const { keys, find, issuer, clock } = await bench([first]);
    await find('first');
    issuer.down = true;
    clock.advance(15 * 60);
    await find('not held');
    for (let hour = 0; hour < 23; hour += 1) {
      clock.advance(3600);
      expect(keys.find('first', 'RS256')).toMatchObject({ is: 'key' });
    }
    clock.advance(45 * 60 - 1);
    expect(keys.find('first', 'RS256')).toMatchObject({ is: 'key' });
    clock.advance(1);
    expect(await find('first')).toMatchObject({ is: 'unavailable' });
    issuer.down = false;
    clock.advance(60);
    expect(await find('first')).toMatchObject({ is: 'key' });
  });

  test('an unknown key id is unavailable, for it may be a new key, and asks once a minute still', async () => {
    const { find, issuer, clock } = await bench([first]);
    await find('first');
    issuer.down = true;
    clock.advance(60);
    expect(await find('second')).toEqual({ is: 'unavailable', retryAfterSeconds: 60 });
    await Promise.all(Array.from({ length: 1000 }, (_, n) => find(`made-up-${n}`)));
    expect(issuer.asked.keys).toBe(2);
    expect(await find('first', 'ES256')).toEqual({ is: 'unknown' });
  });

  test.each([
    ['an error status', (response: { writeHead(status: number): { end(): void } }) => response.writeHead(500).end()],
    ['a redirect', (response: { writeHead(status: number, headers: object): { end(): void } }) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['no JSON', (response: { end(body: string): void }) => response.end('<html>')],
    ['no JWK Set', (response: { end(body: string): void }) => response.end('{"keys":{}}')],
    ['a body beyond all measure', (response: { end(body: string): void }) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
  ])('%s keeps the old set', async (_name, answer) => {
    const { find, issuer, clock } = await bench([first]);
    await find('first');
    issuer.answer = answer;
    clock.advance(30 * 60);
    expect(await find('first')).toMatchObject({ is: 'key' });
    expect(issuer.asked.keys).toBe(2);
  });

  test('an issuer that withdraws all its keys is believed', async () => {
    const { find, issuer, clock } = await bench([first]);
    await find('first');
    issuer.keys = [];
    clock.advance(20 * 60);
    expect(await find('first')).toEqual({ is: 'unknown' });
  });
});

describe('discovery', () => {
  test('the keys are where the discovery document says', async () => {
    const { find, issuer } = await bench([first], oidcAt);
    expect(await find('first')).toMatchObject({ is: 'key' });
    expect(issuer.asked).toEqual({ keys: 1, discovery: 1 });
  });

  test('a document of another issuer, without an address, or with one that must not be asked, gives no keys', async () => {
    for (const discovery of [
      { issuer: 'https://other.example' },
      { issuer: undefined },
      { jwks_uri: undefined },
      { jwks_uri: 'http://10.0.0.1/keys' },
      { jwks_uri: 'file:///keys' },
    ]) {
      const { find, issuer } = await bench([first], oidcAt);
      issuer.discovery = discovery;
      expect(await find('first')).toEqual({ is: 'unavailable', retryAfterSeconds: 5 });
      expect(issuer.asked).toEqual({ keys: 0, discovery: 1 });
    }
  });

  test('one time is for all that is asked: when it is over, so is the answer that is waited for', async () => {
    const egress = createEgress({ allowLoopback: true });
    const { issuer } = await bench([first]);
    const late = { ok: false, reason: 'the key set: timed_out' };
    for (const ask of [
      (signal: AbortSignal) => fetchKeys(egress, oidcAt(issuer.url), signal),
      (signal: AbortSignal) => fetchServerKeys(egress, issuer.url, signal),
    ]) {
      const over = new AbortController();
      issuer.answer = () => over.abort();
      expect(await ask(over.signal)).toEqual(late);
    }
  });

  test('the slash at the end of an issuer is not doubled', async () => {
    const { find, issuer } = await bench([first], (url) => oidcAt(`${url}/`));
    issuer.discovery = { issuer: `${issuer.url}/` };
    expect(await find('first')).toMatchObject({ is: 'key' });
  });
});
