import type { Platform } from '../../runtime/platform.js';
import type { Offer } from './offer.js';

/** What this server says that it can do: each capability stands for methods that are served, and none is claimed without. */
export function serverCapabilities(platform: Platform, offer: Offer): object {
  // A list changes with the rights of whoever sees it.
  const listChanged = true;
  return {
    ...(offer.tools.size === 0 ? {} : { tools: { listChanged } }),
    ...(offer.resources.size === 0 ? {} : { resources: { subscribe: true, listChanged } }),
    ...(offer.prompts.size === 0 ? {} : { prompts: { listChanged } }),
    ...(completes(platform) ? { completions: {} } : {}),
    // Any handler may tell something.
    logging: {},
  };
}

/** Whether anything suggests values. */
export function completes({ operations }: Platform): boolean {
  return operations.some(({ complete = {} }) => Object.keys(complete).length > 0);
}
