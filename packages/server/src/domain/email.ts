/** An e-mail address as it is stored and compared: ASCII letters in lower case, and no other letter touched (RFC 5321, section 2.4; RFC 6531). */
export function foldEmail(address: string): string {
  return address.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** What stands in no address that is not quoted (RFC 5321, section 4.1.2), and steers no terminal, no list of addresses and no eye. */
const NEVER = /[\s<>"(),:;[\]\\\p{Cc}\p{Cf}]/u;

/** The folded address; undefined for what cannot be one. */
export function readEmail(text: string): string | undefined {
  const address = foldEmail(text);
  return address.length <= 254 && !NEVER.test(address) && /^[^@]{1,64}@[^@]+$/.test(address) ? address : undefined;
}

/** Where it is, for the log: an address is somebody's, its domain is not. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}
