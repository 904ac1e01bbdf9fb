import { describe, expect, test } from 'vitest';
import { type ClerkOptions, clerk } from '../../src/services/identity/clerk.js';
import { type OidcOptions, oidc } from '../../src/services/identity/oidc.js';

const CLERK: ClerkOptions = { issuer: 'https://clerk.example.com', authorizedParties: 'https://app.example.com' };
const OIDC: OidcOptions = { issuer: 'https://id.example.com/', audience: 'gatehouse' };

describe('a mistake in the settings ends the start and names the setting', () => {
  test.each([
    ['clerk.example.com', 'CLERK_ISSUER must be an absolute URL'],
    ['', 'CLERK_ISSUER must be an absolute URL'],
    ['ftp://clerk.example.com', 'CLERK_ISSUER must be an https URL'],
    ['http://clerk.example.com', 'CLERK_ISSUER must be an https URL'],
    ['http://localhost.example.com', 'CLERK_ISSUER must be an https URL'],
    ['http://10.0.0.1', 'CLERK_ISSUER must be an https URL'],
    ['https://user:secret@clerk.example.com', 'CLERK_ISSUER must be a URL without credentials'],
    ['https://clerk.example.com/?a=b', 'CLERK_ISSUER must be a URL without'],
    ['https://clerk.example.com#x', 'CLERK_ISSUER must be a URL without'],
  ])('the Clerk issuer "%s", even in development', (issuer, message) => {
    expect(() => clerk({ ...CLERK, issuer, development: true })).toThrow(message);
  });

  test('an error about credentials in the URL does not repeat them', () => {
    expect(() => clerk({ ...CLERK, issuer: 'https://user:hunter2@clerk.example.com' })).toThrow(/^(?!.*hunter2)/);
  });

  test('http to this machine stands in development only', () => {
    for (const issuer of ['http://127.0.0.1:9999', 'http://localhost:9999', 'http://[::1]:9999']) {
      expect(clerk({ ...CLERK, issuer, development: true }).issuer).toBe(issuer);
      expect(() => clerk({ ...CLERK, issuer })).toThrow('CLERK_ISSUER must be an https URL');
      expect(oidc({ ...OIDC, issuer, development: true }).issuer).toBe(issuer);
      expect(() => oidc({ ...OIDC, issuer, setting: 'OIDC_ISSUER' })).toThrow('OIDC_ISSUER must be an https URL');
    }
  });

  test('Clerk without authorized parties runs in development only', () => {
    for (const authorizedParties of [undefined, '']) {
      expect(() => clerk({ ...CLERK, authorizedParties })).toThrow('CLERK_AUTHORIZED_PARTIES is required');
      expect(clerk({ ...CLERK, authorizedParties, development: true }).authorizedParties).toBeUndefined();
    }
  });

  test('authorized parties that name nobody are a mistake everywhere, never a free pass', () => {
    for (const authorizedParties of [',', ' , ', [], ['']]) {
      expect(() => clerk({ ...CLERK, authorizedParties, development: true })).toThrow('CLERK_AUTHORIZED_PARTIES names no origin');
    }
    expect(() => oidc({ ...OIDC, authorizedParties: [] })).toThrow('name nobody');
  });

  test('an empty audience and a JWKS address over http are mistakes', () => {
    expect(() => oidc({ ...OIDC, audience: '' })).toThrow('audience');
    expect(() => oidc({ ...OIDC, jwksUrl: 'http://id.example.com/keys' })).toThrow('jwksUrl must be an https URL');
  });
});

describe('what the settings become', () => {
  test('authorized parties come as a list or with commas, with or without a slash at the end', () => {
    const parties = ['https://app.example.com', 'http://localhost:3000'];
    expect(clerk({ ...CLERK, authorizedParties: ' https://app.example.com/ , http://localhost:3000,' }).authorizedParties).toEqual(parties);
    expect(clerk({ ...CLERK, authorizedParties: parties }).authorizedParties).toEqual(parties);
  });

  test("Clerk's keys are at its well-known address, a slash at the issuer's end or not", () => {
    const provider = clerk({ ...CLERK, issuer: 'https://clerk.example.com/' });
    expect(provider).toMatchObject({ issuer: 'https://clerk.example.com', jwksUrl: 'https://clerk.example.com/.well-known/jwks.json' });
  });

  test("an OpenID issuer stays exactly as it was given, for it is compared with the tokens'", () => {
    expect(oidc(OIDC).issuer).toBe('https://id.example.com/');
    expect(oidc(OIDC).jwksUrl).toBeUndefined();
  });
});

describe("Clerk's claims", () => {
  const identify = (claims: object) => clerk(CLERK).identify({ sub: 'user_1', ...claims });

  test('a bearer without an organisation has none', () => {
    for (const claims of [{}, { v: 2 }, { v: 2, o: null }, { org_id: null }, { org_role: 'org:admin' }]) {
      expect(identify(claims)).toEqual({ subject: 'user_1', emailVerified: false });
    }
  });

  test.each([
    ['version 2', { v: 2, o: { id: 'org_1', rol: 'admin', slg: 'acme' } }, { id: 'org_1', role: 'admin', name: 'acme' }],
    ['version 2, a member', { v: 2, o: { id: 'org_1', rol: 'member' } }, { id: 'org_1', role: 'member' }],
    ['version 2, a role of its own', { v: 2, o: { id: 'org_1', rol: 'administrator' } }, { id: 'org_1', role: 'member' }],
    ['version 2, no role', { v: 2, o: { id: 'org_1' } }, { id: 'org_1', role: 'member' }],
    [
      'version 2, only the nested role counts',
      { v: 2, o: { id: 'org_1', rol: 'member' }, org_id: 'org_1', org_role: 'org:admin' },
      { id: 'org_1', role: 'member' },
    ],
    ['version 1', { org_id: 'org_1', org_role: 'org:admin', org_slug: 'acme' }, { id: 'org_1', role: 'admin', name: 'acme' }],
    ['version 1, an older spelling', { org_id: 'org_1', org_role: 'admin' }, { id: 'org_1', role: 'admin' }],
    ['version 1, a member', { org_id: 'org_1', org_role: 'org:member' }, { id: 'org_1', role: 'member' }],
    ['version 1, no role', { org_id: 'org_1' }, { id: 'org_1', role: 'member' }],
    ['version 1, a role that is no text', { org_id: 'org_1', org_role: ['org:admin'] }, { id: 'org_1', role: 'member' }],
  ])('%s', (_name, claims, organization) => {
    expect(identify(claims)).toMatchObject({ organization });
  });

  test('an organisation claim of the other version is no organisation', () => {
    expect(identify({ v: 2, org_id: 'org_1', org_role: 'org:admin' })).not.toHaveProperty('organization');
    expect(identify({ o: { id: 'org_1', rol: 'admin' } })).not.toHaveProperty('organization');
  });

  test.each([
    ['two organisations', { v: 2, o: { id: 'org_1' }, org_id: 'org_2' }],
    ['two organisations in a version 1 token', { o: { id: 'org_1' }, org_id: 'org_2' }],
    ['an organisation without an id', { v: 2, o: { rol: 'admin' } }],
    ['an organisation with an empty id', { v: 2, o: { id: '' } }],
    ['an organisation whose id is a number', { v: 2, o: { id: 1 } }],
    ['an organisation that is text', { v: 2, o: 'org_1' }],
    ['a list of organisations', { v: 2, o: [{ id: 'org_1' }] }],
    ['an empty org_id', { org_id: '' }],
    ['an org_id that is a number', { org_id: 1 }],
    ['an org_id beyond all measure', { org_id: 'x'.repeat(256) }],
    ['a session that is not active', { sts: 'pending' }],
  ])('%s: refused', (_name, claims) => {
    expect(identify(claims)).toBeTypeOf('string');
  });

  test('an e-mail is taken in lower case, and as verified only where the issuer says exactly so', () => {
    expect(identify({ email: 'Ada@Example.com', email_verified: true })).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect(identify({ primary_email_address: 'ada@example.com', email_verified: true })).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    for (const email_verified of [undefined, false, 'true', 1, null])
      expect(identify({ email: 'ada@example.com', email_verified })).toMatchObject({ emailVerified: false });
  });

  test.each([
    '',
    ' ',
    'ada',
    '@example.com',
    'ada@',
    'a@b@c',
    'a da@example.com',
    'ada@example.com\n',
    'ad\u0000a@example.com',
    `${'x'.repeat(250)}@example.com`,
    'jac\u212A@example.com',
    1,
    ['ada@example.com'],
  ])('the e-mail %j is not taken', (email) => {
    expect(identify({ email, email_verified: true })).toEqual({ subject: 'user_1', emailVerified: false });
  });
});

describe("a general issuer's claims", () => {
  test('the user id and the organisation are read as the platform says', () => {
    const provider = oidc({
      ...OIDC,
      userId: (claims) => (typeof claims.uid === 'string' ? claims.uid : undefined),
      tenant: (claims) => (typeof claims.team === 'string' ? { id: claims.team, role: 'admin' } : undefined),
    });
    expect(provider.identify({ sub: 's', uid: 'u1', team: 't1', name: ' Ada ' })).toEqual({
      subject: 'u1',
      emailVerified: false,
      name: 'Ada',
      organization: { id: 't1', role: 'admin' },
    });
    expect(provider.identify({ sub: 's', uid: 'u1' })).not.toHaveProperty('organization');
    expect(provider.identify({ sub: 's' })).toBe('no user id');
  });

  test('by default the subject is the user, in a space of their own', () => {
    expect(oidc(OIDC).identify({ sub: 's', org_id: 'org_1' })).toEqual({ subject: 's', emailVerified: false });
  });
});
