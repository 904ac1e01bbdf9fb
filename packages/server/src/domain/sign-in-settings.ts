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

interface ClientSecret {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What Apple's client secret is signed with. */
export interface AppleKey {
  readonly clientId: string;
  readonly teamId: string;
  readonly keyId: string;
  /** PKCS #8, PEM: P-256. */
  readonly privateKey: string;
}

/** A provider that people sign in with. */
export type ProviderSettings =
  | ({ readonly kind: 'oidc'; readonly issuer: string; readonly name: string } & ClientSecret)
  | ({ readonly kind: 'google' | 'github' } & ClientSecret)
  | ({ readonly kind: 'apple' } & AppleKey);
