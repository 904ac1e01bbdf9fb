import type { Failure } from '@gatehouse/contract';
import type { HttpIn } from '../http.js';

/** Far more than any form has, and than a provider answers. */
const FORM_BYTES = 16_384;

/** The fields of a form as browsers send it (WHATWG URL, section 5.1); undefined where the body is none. */
export function formIn(request: Pick<HttpIn, 'header' | 'body'>): URLSearchParams | undefined {
  const [type = ''] = (request.header('content-type') ?? '').split(';', 1);
  return type.trim().toLowerCase() === 'application/x-www-form-urlencoded' ? new URLSearchParams(new TextDecoder().decode(request.body)) : undefined;
}

/** The same, or what is wrong with it. */
export function readForm(request: Pick<HttpIn, 'header' | 'body'>): URLSearchParams | Failure {
  if (request.body.length > FORM_BYTES) return { code: 'payload_too_large', text: 'This is larger than any form here.' };
  return formIn(request) ?? { code: 'unsupported_media_type', text: 'This is no form.' };
}
