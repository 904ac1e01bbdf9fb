import type { Core } from '../adapters/core.js';
import type { ProviderEvents } from '../services/identity/provider-events.js';
import type { Outage } from '../services/outage.js';
import { WEBHOOKS_PATH, createWebhooksSurface } from '../surfaces/webhooks/index.js';

/** The same, with `/api/v1/webhooks` beside it where a provider tells anything there. */
export function withWebhooks(core: Core, { providerEvents, outage }: { readonly providerEvents: ProviderEvents; readonly outage: Outage }): Core {
  if (!providerEvents.expected) return core;
  const webhooks = createWebhooksSurface({
    receive: (message) => providerEvents.receive(message),
    outOfReach: (error) => outage.note(error),
    refuse: core.refuse,
  });
  return { ...core, handle: (request) => (request.path === WEBHOOKS_PATH ? webhooks.handle(request) : core.handle(request)) };
}
