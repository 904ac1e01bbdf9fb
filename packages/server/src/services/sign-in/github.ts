import { brief } from '@gatehouse/contract';
import { ClientSecretPost, Configuration, type CustomFetch, allowInsecureRequests, customFetch } from 'openid-client';
import { readEmail } from '../../domain/email.js';
import { textFault } from '../../domain/text.js';
import type { Egress } from '../egress.js';
import { NAME_LENGTH, ProviderUnavailable, type SignInProvider, type Tokens, type Vouched } from './provider.js';

export interface GitHubPlace {
  readonly site: string;
  readonly api: string;
}

export const GITHUB: GitHubPlace = { site: 'https://github.com', api: 'https://api.github.com' };

export interface GitHubOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly place: GitHubPlace;
  readonly egress: Egress;
  readonly fetch: CustomFetch;
  readonly now: () => number;
}

/** GitHub: OAuth 2 without OpenID Connect. Who it is, and the one e-mail that counts, are asked of its API. */
export function gitHubProvider({ clientId, clientSecret, place: { site, api }, egress, fetch, now }: GitHubOptions): SignInProvider {
  const issuer = `${site}/login/oauth`;
  const server = { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/access_token` };
  const configuration = new Configuration(server, clientId, undefined, ClientSecretPost(clientSecret));
  configuration[customFetch] = fetch;
  if (site.startsWith('http:')) allowInsecureRequests(configuration);
  const ask = async (path: string, token: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' };
    const answer = await egress.request(`${api}${path}`, { headers, accept: 'application/vnd.github+json' });
    if (!answer.ok) throw new ProviderUnavailable(answer.reason);
    if (answer.status !== 200) throw new ProviderUnavailable(`status ${answer.status} at ${path}`);
    try {
      return JSON.parse(answer.body.toString('utf8'));
    } catch (cause) {
      throw new ProviderUnavailable(`no JSON at ${path}`, { cause });
    }
  };
  return {
    id: 'github',
    label: 'GitHub',
    posted: false,
    parameters: { scope: 'read:user user:email' },
    idToken: false,
    configuration: async () => configuration,
    async identify({ access_token: token }: Tokens): Promise<Vouched | undefined> {
      const [user, emails] = await Promise.all([ask('/user', token), ask('/user/emails', token)]);
      const { id, login, name } = (user ?? {}) as Readonly<Record<string, unknown>>;
      if (typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
      const shown = [name, login].find((text): text is string => typeof text === 'string' && text.trim() !== '' && textFault(text) === undefined);
      const email = verifiedPrimary(emails);
      const identity = {
        // The login can be given up, and taken by somebody else.
        subject: String(id),
        emailVerified: email !== undefined,
        ...(email === undefined ? {} : { email }),
        ...(shown === undefined ? {} : { name: brief(shown.trim(), NAME_LENGTH) }),
      };
      return { issuer, identity, issuedAt: now() };
    },
  };
}

function verifiedPrimary(emails: unknown): string | undefined {
  if (!Array.isArray(emails)) return undefined;
  const primary = emails.find((entry: Readonly<Record<string, unknown>> | null) => entry?.primary === true && entry.verified === true);
  return typeof primary?.email === 'string' ? readEmail(primary.email) : undefined;
}
