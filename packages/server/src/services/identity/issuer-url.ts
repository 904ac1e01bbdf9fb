import { isLoopbackHost } from '../egress-address.js';

/**
 * Checks the address of an issuer, or of its keys, at start.
 * @param setting what the address was configured as, for the error
 * @param development whether `http:` to this machine may stand
 * @throws Error that names the setting
 */
export function checkIssuerUrl(setting: string, value: string, development: boolean): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined) throw new Error(`${setting} must be an absolute URL, such as https://example.com; it is "${value}"`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Error(`${setting} must be a URL without credentials, query and fragment`);
  }
  if (url.protocol === 'https:') return value;
  if (url.protocol !== 'http:') throw new Error(`${setting} must be an https URL; it is "${value}"`);
  if (!isLoopbackHost(url.hostname)) throw new Error(`${setting} must be an https URL: http is for issuers on this machine only; it is "${value}"`);
  if (!development) throw new Error(`${setting} must be an https URL: http is for development only; it is "${value}"`);
  return value;
}
