import type { Failure } from '@gatehouse/contract';
import { type UnavailableError, unavailable } from '../../domain/unavailable-error.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { notAllowed } from '../not-allowed.js';

export const WEBHOOKS_PATH = '/api/v1/webhooks';

export interface WebhooksOptions {
  /** @throws what says that the database is out of reach */
  readonly receive: (message: Pick<HttpIn, 'header' | 'body'>) => Promise<'taken' | 'forged' | 'malformed'>;
  readonly outOfReach: (error: unknown) => UnavailableError | undefined;
  readonly refuse: (failure: Failure, request: HttpIn) => HttpOut;
}

/** What identity providers tell by themselves. No credential opens it: each message is signed. The sender comes again until it is answered 2xx. */
export function createWebhooksSurface({ receive, outOfReach, refuse }: WebhooksOptions): Surface {
  return {
    name: 'webhooks',
    async handle(request) {
      if (request.method !== 'POST') return notAllowed(request, 'POST', refuse);
      try {
        const received = await receive({ header: (name) => request.header(name), body: request.body });
        return received === 'taken' ? { status: 204, headers: { 'x-request-id': request.requestId }, body: null } : refuse(FAILURES[received], request);
      } catch (error) {
        const outage = outOfReach(error);
        if (outage === undefined) throw error;
        // The same message again changes nothing: it may come, whether this one was done or not.
        return refuse(unavailable(outage, false), request);
      }
    },
  };
}

const FAILURES = {
  forged: {
    code: 'invalid_credential',
    text: 'The signature does not fit, or the message is not of now.',
    next: 'Sign it with the secret that is set here, and send it at once.',
  },
  malformed: { code: 'invalid_input', text: 'The message is no event that can be understood.' },
} as const satisfies Record<string, Failure>;
