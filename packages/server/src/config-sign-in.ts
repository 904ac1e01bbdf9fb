import { createPrivateKey } from 'node:crypto';
import { isLoopbackName } from './domain/address.js';
import type { MailSettings, ProviderSettings } from './domain/sign-in-settings.js';
import { type Given, variable } from './config-given.js';

/** How people can sign in. */
export interface SignInConfig {
  /** undefined: no mail is sent. */
  readonly mail: MailSettings | undefined;
  readonly providers: readonly ProviderSettings[];
}

/** What is set together, or not at all. */
const GROUPS = {
  mail: { what: 'Mail is sent', names: ['smtp-url', 'mail-from'] },
  oidc: { what: 'Sign-in with a provider by OpenID Connect works', names: ['oidc-issuer', 'oidc-client-id', 'oidc-client-secret', 'oidc-name'] },
  google: { what: 'Sign-in with Google works', names: ['google-client-id', 'google-client-secret'] },
  github: { what: 'Sign-in with GitHub works', names: ['github-client-id', 'github-client-secret'] },
  apple: { what: 'Sign-in with Apple works', names: ['apple-client-id', 'apple-team-id', 'apple-key-id', 'apple-private-key'] },
} as const;

type Group = keyof typeof GROUPS;
type Setting<G extends Group = Group> = (typeof GROUPS)[G]['names'][number];
type Settings = Given<Setting | 'public-url'>;

export const SIGN_IN_SETTINGS = Object.values(GROUPS).flatMap(({ names }): readonly Setting[] => names);

interface Where {
  readonly publicUrl: string | undefined;
  readonly development: boolean;
}

/** @throws {ConfigError} where something is set in part, or wrong. What is secret is never repeated. */
export function readSignIn(given: Settings, where: Where): SignInConfig {
  const providers = [oidc(given, where), google(given), apple(given, where), github(given)];
  return Object.freeze({ mail: mail(given), providers: providers.filter((provider) => provider !== undefined) });
}

function mail(given: Settings): MailSettings | undefined {
  const set = together(given, 'mail');
  if (set === undefined) return undefined;
  const url = set['smtp-url'];
  if (!/^smtps?:\/\/[^/]/.test(url) || !URL.canParse(url) || !isSmtpUrl(new URL(url)))
    throw given.fault(
      'smtp-url',
      'must be a URL such as smtp://user:password@mail.example.com:587, special characters in the password percent-encoded (what was given is not repeated here).',
    );
  const from = set['mail-from'];
  if (!/^(?:[^<>"\p{Cc}]{1,100}<[^\s@<>",;]+@[^\s@<>",;]+>|[^\s@<>",;]+@[^\s@<>",;]+)$/u.test(from))
    throw given.fault('mail-from', `must be an address such as sign-in@example.com or Example <sign-in@example.com> (got "${from}").`);
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

function oidc(given: Settings, { development }: Where): ProviderSettings | undefined {
  const set = together(given, 'oidc');
  if (set === undefined) return undefined;
  const issuer = set['oidc-issuer'];
  const name = set['oidc-name'];
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const secure = url?.protocol === 'https:' || (development && url?.protocol === 'http:' && isLoopbackName(url.hostname));
  if (url === undefined || !secure || url.username !== '' || url.search !== '' || url.hash !== '')
    throw given.fault('oidc-issuer', 'must be an https URL without credentials, query and fragment (http only to this machine, in development).');
  if (name.length > 40 || /\p{Cc}/u.test(name)) throw given.fault('oidc-name', 'must be a name of at most 40 characters, as people read it on a button.');
  return { kind: 'oidc', issuer, name, clientId: set['oidc-client-id'], clientSecret: set['oidc-client-secret'] };
}

function google(given: Settings): ProviderSettings | undefined {
  const set = together(given, 'google');
  return set === undefined ? undefined : { kind: 'google', clientId: set['google-client-id'], clientSecret: set['google-client-secret'] };
}

function github(given: Settings): ProviderSettings | undefined {
  const set = together(given, 'github');
  return set === undefined ? undefined : { kind: 'github', clientId: set['github-client-id'], clientSecret: set['github-client-secret'] };
}

function apple(given: Settings, { publicUrl }: Where): ProviderSettings | undefined {
  const set = together(given, 'apple');
  if (set === undefined) return undefined;
  // Its answer comes by a form from its own page, and browsers send no cookie with that but a secure one.
  if (publicUrl?.startsWith('https:') !== true)
    throw given.fault('public-url', 'must be given, and begin with https://, for sign-in with Apple (GATEHOUSE_APPLE_CLIENT_ID).');
  return {
    kind: 'apple',
    clientId: set['apple-client-id'],
    teamId: set['apple-team-id'],
    keyId: set['apple-key-id'],
    privateKey: p256(given, set['apple-private-key']),
  };
}

/** In an environment a line break is often written as `\n`. */
function p256(given: Settings, text: string): string {
  const pem = text.replaceAll('\\n', '\n').trim();
  try {
    if (createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1') return pem;
  } catch {
    // Said below, without what was given.
  }
  throw given.fault('apple-private-key', 'must be the contents of the .p8 file from Apple: a P-256 private key, PEM (what was given is not repeated here).');
}

/** All of the group, or none. @throws {ConfigError} naming the first that is missing */
function together<G extends Group>(given: Settings, group: G): Readonly<Record<Setting<G>, string>> | undefined {
  const { what, names } = GROUPS[group];
  const values = names.map((name): [Setting, string | undefined] => [name, given.read(name)]);
  if (values.every(([, value]) => value === undefined)) return undefined;
  const variables = names.map(variable);
  for (const [name, value] of values) if (value === undefined) throw given.fault(name, `is missing. ${what} with ${variables.join(', ')}, all of them.`);
  return Object.fromEntries(values) as Record<Setting<G>, string>;
}
