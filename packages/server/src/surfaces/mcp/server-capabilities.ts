import type { Platform } from '../../runtime/platform.js';
import type { Offer } from './offer.js';

/** What this server says that it can do: each capability stands for methods that are served, and none is claimed without. `tells`: there is a line by which it can. */
export function serverCapabilities(platform: Platform, offer: Offer, tells: boolean): object {
  // A list changes with the rights of whoever sees it.
  const list = tells ? { listChanged: true } : {};
  return {
    ...(offer.tools.size === 0 ? {} : { tools: list }),
    ...(offer.resources.size === 0 ? {} : { resources: tells ? { subscribe: true, ...list } : list }),
    ...(offer.prompts.size === 0 ? {} : { prompts: list }),
    ...(completes(platform) ? { completions: {} } : {}),
    // Any handler may tell something.
    ...(tells ? { logging: {} } : {}),
  };
}

/** Whether anything suggests values. */
export function completes({ operations }: Platform): boolean {
  return operations.some(({ complete = {} }) => Object.keys(complete).length > 0);
}
