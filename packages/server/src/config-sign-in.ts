import { createPrivateKey } from 'node:crypto';
import { ConfigError } from './config-error.js';
import { isLoopbackName } from './domain/address.js';

/** Where mail goes out. */
export interface MailSettings {
  /**
   * `smtp://user:password@host:587`, or `smtps:` for TLS from the first byte. Without TLS nothing is sent but to this machine, or
   * with `?tls=optional`.
   */
  readonly url: string;
  /** What stands in `From`: an address, or `Name <address>`. */
  readonly from: string;
}

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A provider that people sign in with. */
export type ProviderSettings =
  | ({ readonly kind: 'oidc'; readonly issuer: string; readonly name: string } & Client)
  | ({ readonly kind: 'google' | 'github' } & Client)
  /** `privateKey`: PKCS #8, PEM. */
  | { readonly kind: 'apple'; readonly clientId: string; readonly teamId: string; readonly keyId: string; readonly privateKey: string };

/** How people can sign in. */
export interface SignInConfig {
  /** undefined: no mail is sent. */
  readonly mail: MailSettings | undefined;
  readonly providers: readonly ProviderSettings[];
}

export const SIGN_IN_SETTINGS = [
  'smtp-url',
  'mail-from',
  'oidc-issuer',
  'oidc-client-id',
  'oidc-client-secret',
  'oidc-name',
  'google-client-id',
  'google-client-secret',
  'github-client-id',
  'github-client-secret',
  'apple-client-id',
  'apple-team-id',
  'apple-key-id',
  'apple-private-key',
] as const;

type Setting = (typeof SIGN_IN_SETTINGS)[number];
type Read = (name: Setting) => string | undefined;

interface Where {
  readonly publicUrl: string | undefined;
  readonly development: boolean;
}

/** @throws {ConfigError} where something is set in part, or wrong. What is secret is never repeated. */
export function readSignIn(read: Read, where: Where): SignInConfig {
  const providers = [oidc(read, where), google(read), apple(read, where), github(read)];
  return Object.freeze({ mail: mail(read), providers: providers.filter((provider) => provider !== undefined) });
}

function mail(read: Read): MailSettings | undefined {
  const set = together(read, 'Mail is sent', ['smtp-url', 'mail-from']);
  if (set === undefined) return undefined;
  const url = set['smtp-url'];
  if (!/^smtps?:\/\/[^/]/.test(url) || !URL.canParse(url) || !isSmtpUrl(new URL(url)))
    throw new ConfigError(
      'GATEHOUSE_SMTP_URL',
      'must be a URL such as smtp://user:password@mail.example.com:587, special characters in the password percent-encoded (what was given is not repeated here).',
    );
  const from = set['mail-from'];
  if (!/^(?:[^<>"\p{Cc}]{1,100}<[^\s@<>",;]+@[^\s@<>",;]+>|[^\s@<>",;]+@[^\s@<>",;]+)$/u.test(from))
    throw new ConfigError('GATEHOUSE_MAIL_FROM', `must be an address such as sign-in@example.com or Example <sign-in@example.com> (got "${from}").`);
  return { url, from };
}

function isSmtpUrl({ username, password, pathname, search, hash }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return ['', '/'].includes(pathname) && ['', '?tls=optional'].includes(search) && hash === '';
  } catch {
    return false;
  }
}

function oidc(read: Read, { development }: Where): ProviderSettings | undefined {
  const set = together(read, 'Sign-in with a provider by OpenID Connect works', ['oidc-issuer', 'oidc-client-id', 'oidc-client-secret', 'oidc-name']);
  if (set === undefined) return undefined;
  const issuer = set['oidc-issuer'];
  const name = set['oidc-name'];
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const secure = url?.protocol === 'https:' || (development && url?.protocol === 'http:' && isLoopbackName(url.hostname));
  if (url === undefined || !secure || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new ConfigError('GATEHOUSE_OIDC_ISSUER', 'must be an https URL without credentials, query and fragment (http only to this machine, in development).');
  if (name.length > 40 || /\p{Cc}/u.test(name))
    throw new ConfigError('GATEHOUSE_OIDC_NAME', 'must be a name of at most 40 characters, as people read it on a button.');
  return { kind: 'oidc', issuer, name, clientId: set['oidc-client-id'], clientSecret: set['oidc-client-secret'] };
}

function google(read: Read): ProviderSettings | undefined {
  const set = together(read, 'Sign-in with Google works', ['google-client-id', 'google-client-secret']);
  return set === undefined ? undefined : { kind: 'google', clientId: set['google-client-id'], clientSecret: set['google-client-secret'] };
}

function github(read: Read): ProviderSettings | undefined {
  const set = together(read, 'Sign-in with GitHub works', ['github-client-id', 'github-client-secret']);
  return set === undefined ? undefined : { kind: 'github', clientId: set['github-client-id'], clientSecret: set['github-client-secret'] };
}

function apple(read: Read, { publicUrl }: Where): ProviderSettings | undefined {
  const set = together(read, 'Sign-in with Apple works', ['apple-client-id', 'apple-team-id', 'apple-key-id', 'apple-private-key']);
  if (set === undefined) return undefined;
  // Its answer comes by a form from its own page, and browsers send no cookie with that but a secure one.
  if (publicUrl?.startsWith('https:') !== true)
    throw new ConfigError('GATEHOUSE_PUBLIC_URL', 'must be given, and begin with https://, for sign-in with Apple (GATEHOUSE_APPLE_CLIENT_ID).');
  return {
    kind: 'apple',
    clientId: set['apple-client-id'],
    teamId: set['apple-team-id'],
    keyId: set['apple-key-id'],
    privateKey: p256(set['apple-private-key']),
  };
}

/** In an environment a line break is often written as `\n`. */
function p256(text: string): string {
  const pem = text.replaceAll('\\n', '\n').trim();
  try {
    if (createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1') return pem;
  } catch {
    // Said below, without what was given.
  }
  throw new ConfigError(
    'GATEHOUSE_APPLE_PRIVATE_KEY',
    'must be the contents of the .p8 file from Apple: a P-256 private key, PEM (what was given is not repeated here).',
  );
}

/** All of them, or none. @throws {ConfigError} naming the first that is missing */
function together<S extends Setting>(read: Read, what: string, names: readonly S[]): Readonly<Record<S, string>> | undefined {
  const values = names.map((name): [S, string | undefined] => [name, read(name)]);
  if (values.every(([, value]) => value === undefined)) return undefined;
  const variables = names.map(variable);
  for (const [name, value] of values)
    if (value === undefined) throw new ConfigError(variable(name), `is missing. ${what} with ${variables.join(', ')}, all of them.`);
  return Object.fromEntries(values) as Record<S, string>;
}

function variable(name: Setting): string {
  return `GATEHOUSE_${name.replaceAll('-', '_').toUpperCase()}`;
}
