/** Keys (`abc_` and hex, even cut short), JWTs, SHA-256 hashes and whatever follows `Bearer`. */
const CREDENTIAL = /\b[a-z]{2,12}_[0-9a-f]{12,}|eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?|\b[0-9a-f]{64}\b|(?<=\bbearer )[^\s"\\]+/gi;

/** The same text with every form of credential blotted out. */
export function redact(text: string): string {
  return text.replace(CREDENTIAL, '[redacted]');
}
