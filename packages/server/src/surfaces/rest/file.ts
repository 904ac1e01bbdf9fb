import { type Download, type Operation, download } from '@gatehouse/contract';
import { create } from 'content-disposition';
import type { HttpOut } from '../http.js';

/** Whatever it claims to be, it is saved, not shown: no script, no form, no origin (CSP Level 3, section 6.3.2; RFC 6266). */
const SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'";
/** What a header can carry; anything else is bytes of no known type. */
const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; ?[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[^"\\\p{Cc}]*"))*$/u;

/** The headers and the body of what an operation that hands out a file has answered; undefined for any other. */
export function fileIn(
  op: Operation,
  value: unknown,
): { readonly headers: HttpOut['headers']; readonly body: Uint8Array | AsyncIterable<Uint8Array> } | undefined {
  if ((op.output as unknown) !== download) return undefined;
  const { filename, content_type, bytes } = value as Download;
  return {
    headers: {
      'content-type': CONTENT_TYPE.test(content_type) ? content_type : 'application/octet-stream',
      'content-disposition': create(filename),
      'content-security-policy': SANDBOX,
    },
    body: bytes,
  };
}
