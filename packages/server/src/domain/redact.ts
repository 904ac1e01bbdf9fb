/** Keys (whatever stands before `_` or `-`, and hex, even cut short), tokens of OAuth and of links, JWTs, SHA-256 hashes and whatever follows `Bearer`. Linear: callers choose what it reads. */
const CREDENTIAL = /[a-z0-9]{2,32}_[0-9a-f]{12,}|gh[ailr]_[\w-]{8,}|eyJ[\w-]{6,}(?:\.[\w-]*){0,2}|[0-9a-f]{64,}|(?<=\bbearer )[^\s"\\]+/gi;
/** The password in a database's URL, in either place. Bounded, so that it stays linear. */
const PASSWORD = /(postgres(?:ql)?:\/\/[^\s:@/"]{0,64}:)[^\s@/"]{1,256}(?=@)|([?&]password=)[^\s&"]{1,256}/gi;

/** The same text with every form of credential blotted out. */
export function redact(text: string): string {
  return text.replace(CREDENTIAL, '[redacted]').replace(PASSWORD, '$1$2[redacted]');
}

/** A path as it was sent; where unescaping shows a credential, the unescaped path without it. */
export function redactPath(path: string): string {
  if (!path.includes('%')) return redact(path);
  const plain = path.replace(/%([0-9a-f]{2})/gi, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  const shown = redact(plain);
  return shown === plain ? path : shown;
}
