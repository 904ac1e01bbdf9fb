import { KEY_BODY } from './key-format.js';
import { OWN_PREFIXES, TOKEN_BODY } from './token-format.js';

/** A kind of secret that a scanner can tell from other text by its form. */
export interface SecretForm {
  /** `nenjo-api-key` */
  readonly id: string;
  readonly description: string;
  /** Each secret begins with one of them. */
  readonly prefixes: readonly string[];
  /** What follows the prefix: a regular expression that RE2 and JavaScript read alike. */
  readonly body: string;
}

export interface SecretsOf {
  /** The platform's name. */
  readonly name: string;
  readonly keyPrefix: string;
  readonly servicePrefix: string | undefined;
  readonly tokensByHand: string | undefined;
}

/** Every secret that is handed out with a prefix. Tokens of sessions have none, and JWTs no form of ours. */
export function secretForms({ name, keyPrefix, servicePrefix, tokensByHand }: SecretsOf): readonly SecretForm[] {
  const hex = (id: string, what: string, prefix: string | undefined): SecretForm[] =>
    prefix === undefined ? [] : [{ id: `${name}-${id}`, description: `${what} of ${name}`, prefixes: [prefix], body: KEY_BODY }];
  return [
    ...hex('api-key', 'An API key', keyPrefix),
    ...hex('service-key', 'A key of no tenant', servicePrefix),
    ...hex('token-by-hand', 'A token made by hand', tokensByHand),
    { id: `${name}-token`, description: `An OAuth token, or a link that signs in or invites, of ${name}`, prefixes: OWN_PREFIXES, body: TOKEN_BODY },
  ];
}

/** Finds such secrets in any text; the secret alone is its first group. What follows is no part of a longer word. */
export function patternOf({ prefixes, body }: SecretForm): string {
  return `\\b((?:${prefixes.join('|')})${body})(?:[^0-9A-Za-z_-]|$)`;
}
