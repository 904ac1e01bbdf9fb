/** What the token endpoint answers (RFC 6749, section 5.1). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
}

/** Or why it does not (RFC 6749, section 5.2; RFC 8707, section 2). */
export interface TokenFault {
  readonly error: 'invalid_grant' | 'invalid_scope' | 'invalid_target' | 'invalid_client';
  readonly text: string;
  /** For the log: what the caller is not told. */
  readonly reason: string;
}

export function isTokenFault(answer: TokenAnswer | TokenFault): answer is TokenFault {
  return 'error' in answer;
}

export function faulty(error: TokenFault['error'], text: string, reason: string): TokenFault {
  return { error, text, reason };
}
