import { createHmac } from 'node:crypto';
import { exportSPKI } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../src/domain/presented.js';
import type { Presented } from '../../src/domain/principal.js';
import { Authenticator } from '../../src/services/authenticate.js';
import { LastUsed } from '../../src/services/last-used.js';
import { clerk } from '../../src/services/identity/clerk.js';
import { newKey, sign } from './issuer-server.js';
import { PARTY, type ResolverBench, openBench } from './resolver-bench.js';

const [rsa, ec, ed, nameless, stranger] = await Promise.all([
  newKey('RS256', 'rsa'),
  newKey('ES256', 'ec'),
  newKey('EdDSA', 'ed'),
  newKey('EdDSA', 'ed-2'),
  newKey('RS256', 'rsa'),
]);

let bench: ResolverBench;
beforeAll(async () => {
  bench = await openBench({ keys: [rsa, ec, ed], providers: (issuer) => [clerk({ issuer, authorizedParties: PARTY, development: true })] });
});
afterAll(() => bench.close());

const refused = (reason: string) => ({ is: 'refused', reason });
const part = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('tokens that are let in', () => {
  test.each([
    ['RS256', rsa],
    ['ES256', ec],
    ['EdDSA', ed],
  ])('%s', async (_alg, key) => {
    expect(await bench.resolve(await bench.token({}, key))).toMatchObject({ is: 'ok', principal: { credential: { kind: 'idp' } } });
  });

  test('Ed25519, the newer name of EdDSA', async () => {
    expect(await bench.resolve(await bench.token({}, { ...ed, alg: 'Ed25519' }))).toMatchObject({ is: 'ok' });
  });

  test('without a key id and without a type, where one key fits the algorithm', async () => {
    expect(await bench.resolve(await bench.token({}, rsa, { kid: undefined, typ: undefined }))).toMatchObject({ is: 'ok' });
  });

  test('a token has expired at its exp, exactly, and its principal with it', async () => {
    const token = await bench.token({ exp: bench.clock.seconds(1), iat: undefined, nbf: undefined });
    expect(await bench.resolve(token)).toMatchObject({ is: 'ok', principal: { credential: { expiresAt: bench.clock.seconds(1) * 1000 } } });
    expect(await bench.resolve(await bench.token({ exp: bench.clock.seconds(0) }))).toEqual(refused('expired'));
  });

  test('nbf and iat may lie ahead by the leeway of five seconds, and no more', async () => {
    expect(await bench.resolve(await bench.token({ nbf: bench.clock.seconds(5) }))).toMatchObject({ is: 'ok' });
    expect(await bench.resolve(await bench.token({ iat: bench.clock.seconds(5) }))).toMatchObject({ is: 'ok' });
    expect(await bench.resolve(await bench.token({ nbf: bench.clock.seconds(6) }))).toEqual(refused('not_yet_valid'));
    expect(await bench.resolve(await bench.token({ iat: bench.clock.seconds(6) }))).toEqual(refused('not_yet_valid'));
  });
});

describe('tokens that say the wrong thing', () => {
  test.each([
    ['expired an hour ago', { exp: -3600 }, 'expired'],
    ['not valid for another hour', { nbf: 3600 }, 'not_yet_valid'],
    ['issued in an hour', { iat: 3600 }, 'not_yet_valid'],
  ])('%s', async (_name, offsets, reason) => {
    const dates = Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, bench.clock.seconds(offset)]));
    expect(await bench.resolve(await bench.token(dates))).toEqual(refused(reason));
  });

  test.each([
    ['another issuer', { iss: 'https://other.example' }, 'wrong_issuer'],
    ['the issuer with a slash more', { iss: 'slash' }, 'wrong_issuer'],
    ['no issuer', { iss: undefined }, 'malformed'],
    ['an issuer that is a list', { iss: ['https://other.example'] }, 'malformed'],
    ['another authorized party', { azp: 'https://evil.example' }, 'wrong_audience'],
    ['a party that only begins like ours', { azp: `${PARTY}.evil.example` }, 'wrong_audience'],
    ['a list of parties', { azp: [PARTY] }, 'wrong_audience'],
    ['no authorized party', { azp: undefined }, 'wrong_audience'],
    ['no authorized party, but an audience', { azp: undefined, aud: PARTY }, 'wrong_audience'],
    ['an audience that is not ours', { aud: 'https://other.example' }, 'wrong_audience'],
    ['no expiry', { exp: undefined }, 'bad_claims'],
    ['an expiry in words', { exp: '9999999999' }, 'bad_claims'],
    ['an expiry beyond all dates', { exp: 1e300 }, 'bad_claims'],
    ['a negative expiry', { exp: -1 }, 'bad_claims'],
    ['an nbf in words', { nbf: 'now' }, 'bad_claims'],
    ['an iat of null', { iat: null }, 'bad_claims'],
    ['no subject', { sub: undefined }, 'bad_claims'],
    ['an empty subject', { sub: '' }, 'bad_claims'],
    ['a blank subject', { sub: ' ' }, 'bad_claims'],
    ['a subject that is a number', { sub: 1 }, 'bad_claims'],
    ['a subject beyond 255 characters', { sub: 'x'.repeat(256) }, 'bad_claims'],
    ['a session with steps left', { sts: 'pending' }, 'bad_claims'],
  ])('%s', async (_name, claims, reason) => {
    const given = 'iss' in claims && claims.iss === 'slash' ? { iss: `${bench.issuer.url}/` } : claims;
    // SignJWT checks dates itself; these are signed as they are.
    expect(await bench.resolve(await signedAsIs({ ...bench.claims(), ...given }))).toEqual(refused(reason));
  });

  test('a type that is no session: an OAuth access token or a logout token of the same issuer', async () => {
    for (const typ of ['at+jwt', 'application/at+jwt', 'logout+jwt', 'JOSE', 1])
      expect(await bench.resolve(await bench.token({}, rsa, { typ }))).toEqual(refused('bad_claims'));
    expect(await bench.resolve(await bench.token({}, rsa, { typ: 'application/JWT' }))).toMatchObject({ is: 'ok' });
  });
});

describe('tokens with the wrong signature', () => {
  test('another key under the same id', async () => {
    expect(await bench.resolve(await bench.token({}, stranger))).toEqual(refused('bad_signature'));
  });

  test('an unknown key id', async () => {
    expect(await bench.resolve(await bench.token({}, rsa, { kid: 'unknown' }))).toEqual(refused('bad_signature'));
  });

  test('a thousand unknown key ids at once, from as many tokens, ask the issuer once, and once more a minute later', async () => {
    const own = await openBench({ keys: [ed], providers: (issuer) => [clerk({ issuer, development: true })] });
    const flood = async (): Promise<Set<unknown>> => {
      const tokens = await Promise.all(Array.from({ length: 1000 }, (_, n) => own.token({}, ed, { kid: `made-up-${n}` })));
      const resolutions = await Promise.all(tokens.map((token) => own.resolve(token)));
      return new Set(resolutions.map((resolution) => (resolution.is === 'refused' ? resolution.reason : resolution.is)));
    };
    expect(await flood()).toEqual(new Set(['bad_signature']));
    expect(await flood()).toEqual(new Set(['bad_signature']));
    expect(own.issuer.asked.keys).toBe(1);
    own.clock.advance(60);
    expect(await flood()).toEqual(new Set(['bad_signature']));
    expect(own.issuer.asked.keys).toBe(2);
    await own.close();
  });

  test('the right key under the id of another', async () => {
    expect(await bench.resolve(await bench.token({}, rsa, { kid: 'ec' }))).toEqual(refused('bad_signature'));
  });

  test('no key id, and a key of the right kind that is not the one', async () => {
    expect(await bench.resolve(await bench.token({}, nameless, { kid: undefined }))).toEqual(refused('bad_signature'));
  });

  test.each(['none', 'None', 'NONE', '', 'HS256', 'RS512', 'PS256', 'ES384', 'constructor', '__proto__'])('alg "%s" over a good signature', async (alg) => {
    const [, payload, signature] = (await bench.token()).split('.');
    expect(await bench.resolve(`${part({ alg, kid: 'rsa', typ: 'JWT' })}.${payload}.${signature}`)).toEqual(refused('bad_signature'));
  });

  test('alg none without a signature', async () => {
    expect(await bench.resolve(`${part({ alg: 'none', typ: 'JWT' })}.${part(bench.claims())}.`)).toEqual(refused('bad_signature'));
    expect(await bench.resolve(`${part({ alg: 'none', typ: 'JWT', kid: 'rsa' })}.${part(bench.claims())}.`)).toEqual(refused('bad_signature'));
  });

  test('HS256 signed with the public key, in every spelling of it', async () => {
    const pem = await exportSPKI(rsa.publicKey);
    const spellings = [pem, pem.trim(), pem.replaceAll('\n', '\r\n'), JSON.stringify(rsa.jwk), rsa.jwk.n ?? '', Buffer.from(rsa.jwk.n ?? '', 'base64url')];
    for (const secret of spellings) {
      for (const alg of ['HS256', 'RS256']) {
        const input = `${part({ alg, kid: 'rsa', typ: 'JWT' })}.${part(bench.claims())}`;
        const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
        expect(await bench.resolve(token)).toEqual(refused('bad_signature'));
      }
    }
  });

  test('a payload changed after it was signed', async () => {
    const [header, , signature] = (await bench.token()).split('.');
    expect(await bench.resolve(`${header}.${part(bench.claims({ sub: 'user_2' }))}.${signature}`)).toEqual(refused('bad_signature'));
  });

  test('critical extensions are refused, understood or not', async () => {
    const [, payload, signature] = (await bench.token()).split('.');
    for (const header of [{ crit: ['exp'], exp: 1 }, { crit: [] }, { crit: ['b64'], b64: true }, { crit: null }]) {
      expect(await bench.resolve(`${part({ alg: 'RS256', kid: 'rsa', ...header })}.${payload}.${signature}`)).toEqual(refused('malformed'));
    }
  });

  test.each([1, '', ['rsa'], null, 'x'.repeat(257)])('the key id %j', async (kid) => {
    const [, payload, signature] = (await bench.token()).split('.');
    expect(await bench.resolve(`${part({ alg: 'RS256', kid })}.${payload}.${signature}`)).toEqual(refused('malformed'));
  });

  test('a key that the token brings along is not looked at', async () => {
    const own = await newKey('RS256', 'own');
    for (const header of [
      { jwk: own.jwk },
      { jwk: own.jwk, kid: undefined },
      { jku: 'https://evil.example/keys', kid: 'own' },
      { x5u: 'https://evil.example/cert', kid: 'rsa' },
    ]) {
      expect(await bench.resolve(await bench.token({}, own, header))).toEqual(refused('bad_signature'));
    }
  });
});

describe('tokens that are cut or garbled', () => {
  test('cut at any point, a token opens nothing', async () => {
    const token = await bench.token();
    const [header = '', payload = ''] = token.split('.');
    const afterPayload = header.length + payload.length + 1;
    for (let length = 0; length < token.length; length += 1) {
      const { is } = await bench.resolve(token.slice(0, length));
      expect(is, `cut to ${length}`).toBe(length <= afterPayload ? 'foreign' : 'refused');
    }
  });

  test('cut at its front, or with a part missing, doubled, moved or empty, a token opens nothing', async () => {
    const token = await bench.token();
    const [header, payload, signature] = token.split('.');
    const variants = [
      token.slice(1),
      token.slice(10),
      `.${payload}.${signature}`,
      `${header}..${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${payload}.${header}.${signature}`,
      `${header}.${payload}.${signature}.`,
      `${token}.${signature}`,
      `${token}${token}`,
      `${token},${token}`,
      `${token} `,
      `${token}=`,
      `${token}\n`,
      `${header}.${payload}.${signature}AAAA`,
      '..',
      '.',
      '',
    ];
    for (const variant of variants) expect((await bench.resolve(variant)).is, variant).toMatch(/^(foreign|refused)$/);
  });

  test('what is no compact JWT by its shape is left to other resolvers', async () => {
    const notJwts = [
      'nen_0123',
      'a.b',
      'a.b.c.d.e',
      `${part('text')}.${part({})}.x`,
      `${part([1])}.${part({})}.x`,
      `${part('null')}.${part({})}.x`,
      'a+b.c.d',
      'Basic dXNlcjpwYXNz',
    ];
    for (const value of notJwts) expect(bench.resolver.resolve({ value, hash: value, via: 'authorization' }, bench.clock.now())).toEqual({ is: 'foreign' });
  });

  test('a payload that is no JSON object is refused', async () => {
    for (const payload of [part('text'), part([bench.claims()]), part('null'), '', 'AAAA', Buffer.from([0xff, 0xfe]).toString('base64url')]) {
      expect(await bench.resolve(`${part({ alg: 'RS256', kid: 'rsa' })}.${payload}.AAAA`)).toEqual(refused('malformed'));
    }
  });

  test('a token above 8 KiB is refused before it is read, one just below is read', async () => {
    const long = await bench.token({ filler: 'x'.repeat(8 * 1024) });
    expect(await bench.resolve(long)).toEqual(refused('malformed'));
    const fitting = await bench.token({ filler: 'x'.repeat(5 * 1024) });
    expect(fitting.length).toBeLessThan(8 * 1024);
    expect(await bench.resolve(fitting)).toMatchObject({ is: 'ok' });
  });
});

describe('where a token may come in', () => {
  test('as a bearer token or inside a message, and not as an API key or a cookie, not even once it is known', async () => {
    const token = await bench.token();
    const lastUsed = new LastUsed(bench.store.keys, () => undefined);
    const authenticator = new Authenticator({ resolvers: [bench.resolver], changes: bench.store.changes, lastUsed, now: bench.clock.now, cacheSize: 10 });
    const ask = (via: Presented['via']) => authenticator.resolveOne(present(token, via));
    expect(await ask('x-api-key')).toEqual(refused('malformed'));
    expect(await ask('authorization')).toMatchObject({ is: 'ok' });
    expect(await ask('message')).toMatchObject({ is: 'ok' });
    expect(await ask('x-api-key')).toEqual(refused('malformed'));
    expect(await ask('cookie')).toEqual(refused('malformed'));
  });

  test('without providers a JWT is refused as not configured', async () => {
    const none = await openBench({ keys: [rsa], providers: () => [] });
    expect(await none.resolve(await none.token())).toEqual(refused('not_configured'));
    await none.close();
  });

  test('the same issuer twice is a mistake, found at start', () => {
    const provider = clerk({ issuer: 'https://clerk.example.com', authorizedParties: PARTY });
    expect(() => bench.resolverFor([provider, provider])).toThrow('https://clerk.example.com is there twice');
  });
});

/** A token whose claims no library has looked at. */
async function signedAsIs(claims: object): Promise<string> {
  const placeholder = await sign(rsa, {});
  const input = `${placeholder.split('.')[0]}.${part(claims)}`;
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', rsa.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}
