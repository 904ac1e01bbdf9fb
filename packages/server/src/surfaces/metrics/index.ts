import { hash, timingSafeEqual } from 'node:crypto';
import { type Failure, Refusal } from '@gatehouse/contract';
import { isLoopback, isLoopbackName } from '../../domain/address.js';
import type { Snapshot } from '../../domain/metrics.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { notAllowed } from '../not-allowed.js';
import { CONTENT_TYPES, exposition } from './exposition.js';

export const METRICS_PATH = '/metrics';

export interface MetricsOptions {
  /** What has been measured, by all processes that serve. @throws {Refusal} where they cannot be asked */
  readonly gather: () => Promise<Snapshot>;
  /** undefined: whoever calls from this machine itself may look, where nothing can stand between. */
  readonly token: string | undefined;
  /** Whether others reach this server through something: then "this machine" may be anybody. */
  readonly proxied: boolean;
  readonly refuse: (failure: Failure, request: HttpIn) => HttpOut;
}

/** `GET /metrics`, for Prometheus. No key opens it, and its token opens nothing else. */
export function createMetricsSurface(options: MetricsOptions): Surface {
  return {
    name: 'metrics',
    async handle(request) {
      if (!['GET', 'HEAD'].includes(request.method)) return notAllowed(request, 'GET, HEAD', options.refuse);
      const failure = refusal(request, options);
      if (failure !== undefined) return options.refuse(failure, request);
      const format = request.header('accept')?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'text';
      const headers = { 'content-type': CONTENT_TYPES[format], vary: 'Accept', 'x-request-id': request.requestId };
      try {
        return { status: 200, headers, body: exposition(await options.gather(), format) };
      } catch (error) {
        if (error instanceof Refusal) return options.refuse(error.failure, request);
        throw error;
      }
    },
  };
}

function refusal(request: HttpIn, { token, proxied }: MetricsOptions): Failure | undefined {
  if (token !== undefined) return tokenFault(request, token);
  if (!proxied && fromThisMachine(request)) return undefined;
  return {
    code: 'forbidden',
    text: 'Metrics are not shown to this caller.',
    next: 'Start the server with --metrics-token, and send "Authorization: Bearer <token>".',
  };
}

function tokenFault(request: HttpIn, token: string): Failure | undefined {
  const given = request.header('authorization');
  if (given === undefined) return { code: 'unauthenticated', text: 'The metrics token is required.', next: 'Send "Authorization: Bearer <token>".' };
  // Compared by their hashes, which are of one length: how long it takes tells nothing.
  const same = timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', `Bearer ${token}`, 'buffer'));
  return same ? undefined : { code: 'invalid_credential', text: 'The metrics token is not valid.' };
}

/** What a proxy says of those it speaks for. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via', 'cf-connecting-ip', 'true-client-ip'];

/** A page in this machine's browser says its origin, and one that has rebound a name of its own says that name. */
function fromThisMachine(request: HttpIn): boolean {
  const host = request.header('host') ?? '';
  return (
    isLoopback(request.address) &&
    isLoopbackName(host.replace(/:\d+$/, '')) &&
    request.header('origin') === undefined &&
    FORWARDED.every((name) => request.header(name) === undefined)
  );
}
