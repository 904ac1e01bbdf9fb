/** An e-mail address as it is stored and compared: ASCII letters in lower case, and no other letter touched (RFC 5321, section 2.4; RFC 6531). */
export function foldEmail(address: string): string {
  return address.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The folded address; undefined for what cannot be one. */
export function readEmail(text: string): string | undefined {
  const address = foldEmail(text);
  return address.length <= 254 && /^[^\s@<>"]{1,64}@[^\s@<>"]+$/.test(address) ? address : undefined;
}
