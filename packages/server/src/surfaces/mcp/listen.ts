import type { Exchange } from './exchange.js';
import { faultIn } from './exchange.js';
import { takesEvents } from './event-stream.js';
import type { Method } from './method.js';
import { type JsonObject, isObject } from './message.js';
import { paramFault } from './params.js';
import type { Kind, Listening, Subscriptions } from './subscriptions.js';
import { WATCHED, WATCHED_LENGTH } from './sessions.js';

const FILTERS: readonly (readonly [Kind, string])[] = [
  ['tools', 'toolsListChanged'],
  ['prompts', 'promptsListChanged'],
  ['resources', 'resourcesListChanged'],
];

/** `subscriptions/listen` (2026-07-28, Subscriptions). `served`: what the platform has any of. */
export function listen(subscriptions: Subscriptions, served: ReadonlySet<Kind>): Method {
  return ({ id, params, method }, exchange) => {
    const wanted = params?.notifications;
    if (!isObject(wanted)) return faultIn(exchange, paramFault('notifications', 'Required, an object'), { id }, method);
    const uris = wanted.resourceSubscriptions ?? [];
    if (!isTexts(uris))
      return faultIn(
        exchange,
        paramFault('notifications.resourceSubscriptions', `Must be a list of at most ${WATCHED} URIs of at most ${WATCHED_LENGTH} characters`),
        { id },
        method,
      );
    if (!takesEvents(exchange.request.header('accept')))
      return faultIn(exchange, { code: 'malformed_request', text: `${method} is answered with text/event-stream, which Accept has to name.` }, { id }, method);
    return subscriptions.open(exchange, listeningFor(id, wanted, uris, { subscriptions, served, exchange }), { id, operation: method });
  };
}

interface Surroundings {
  readonly subscriptions: Subscriptions;
  readonly served: ReadonlySet<Kind>;
  readonly exchange: Exchange;
}

/** What cannot be served, or not to this caller, is left out of the acknowledgement. */
function listeningFor(id: string, wanted: JsonObject, uris: readonly string[], { subscriptions, served, exchange }: Surroundings): Listening {
  const { principal } = exchange.resolution;
  const honoured = FILTERS.filter(([kind, filter]) => wanted[filter] === true && served.has(kind));
  const watched = new Set(uris.filter((uri) => subscriptions.mayWatch(uri, principal)));
  const about = `"_meta":{"io.modelcontextprotocol/subscriptionId":${id}}`;
  const notification: Listening['notification'] = (method, params) =>
    `{"jsonrpc":"2.0","method":"${method}","params":{${about}${params === '' ? '' : `,${params}`}}}`;
  const notifications = {
    ...Object.fromEntries(honoured.map(([, filter]) => [filter, true])),
    ...(watched.size > 0 && { resourceSubscriptions: [...watched] }),
  };
  return {
    kinds: new Set(honoured.map(([kind]) => kind)),
    watches: (uri) => watched.has(uri),
    notification,
    first: notification('notifications/subscriptions/acknowledged', `"notifications":${JSON.stringify(notifications)}`),
    last: `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"complete",${about}}}`,
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= WATCHED && value.every((one) => typeof one === 'string' && one.length <= WATCHED_LENGTH);
}
