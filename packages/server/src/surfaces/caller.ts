/** Who calls, from a request's headers: read alike by every surface. */
export { callerOf } from '../domain/presented.js';
export { holderOf } from '../domain/principal.js';
