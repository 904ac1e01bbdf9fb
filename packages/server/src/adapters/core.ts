import type { Failure } from '@gatehouse/contract';
import type { HttpIn, HttpOut } from '../surfaces/http.js';

/** What is served: the transport-neutral core. */
export interface Core {
  handle(request: HttpIn): HttpOut | Promise<HttpOut>;
  /** A failure that the transport itself found, in the wire shape of whatever lives at `path`. */
  refuse(failure: Failure, request: Pick<HttpIn, 'path' | 'requestId' | 'header'>): HttpOut;
  /** What an error that was thrown amounts to where it is nobody's mistake; undefined: it is one of ours. */
  expected?(error: unknown): Failure | undefined;
  /** Whether what lives at `path` may be read and called by pages of every origin: nothing there looks at a cookie. */
  isPublic?(path: string): boolean;
  /** Whether pages of others send forms to `path`, by POST, and what lives there minds for itself what those may do. */
  takesFormsOfOthers?(path: string): boolean;
}
