/** The cookie that binds a sign-in with a provider to the browser that began it. */
export interface AttemptCookie {
  readonly name: string;
  /** The value of `Set-Cookie` that gives it. `posted`: the provider answers by a form from its own page. */
  give(sealed: string, seconds: number, posted: boolean): string;
  /** The value of `Set-Cookie` that takes it back. */
  readonly take: string;
}

const NAME = 'gatehouse_sign_in';

/**
 * `Lax` comes with the link that a provider leads back by, and `None` with a form from there as well: only that one needs it. As with a
 * session's cookie no neighbouring host can plant one off loopback (RFC 6265bis, section 4.1.3.2).
 */
export function attemptCookieOf(publicUrl: string | undefined): AttemptCookie {
  const secure = publicUrl?.startsWith('https:') === true;
  const name = secure ? `__Host-${NAME}` : NAME;
  const attributes = `Path=/; HttpOnly${secure ? '; Secure' : ''}`;
  return {
    name,
    give: (sealed, seconds, posted) => `${name}=${sealed}; ${attributes}; SameSite=${posted && secure ? 'None' : 'Lax'}; Max-Age=${seconds}`,
    take: `${name}=; ${attributes}; SameSite=Lax; Max-Age=0`,
  };
}
