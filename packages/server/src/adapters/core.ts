import type { Failure } from '@gatehouse/contract';
import type { HttpIn, HttpOut } from '../surfaces/http.js';

/** What is served: the transport-neutral core. */
export interface Core {
  handle(request: HttpIn): HttpOut | Promise<HttpOut>;
  /** A failure that the transport itself found, in the wire shape of whatever lives at `path`. */
  refuse(failure: Failure, request: { readonly path: string; readonly requestId: string }): HttpOut;
}
