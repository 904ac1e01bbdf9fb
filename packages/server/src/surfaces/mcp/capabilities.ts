import type { Platform } from '../../runtime/platform.js';
import type { Offer } from './offer.js';

/** What clients are told that there is: as much as the platform has, and what Gatehouse adds to it. */
export function capabilitiesOf(platform: Platform, { tools, resources, prompts }: Offer): object {
  // A list changes with the rights of whoever sees it.
  const listChanged = true;
  return {
    ...(tools.size > 0 && { tools: { listChanged } }),
    ...(resources.size > 0 && { resources: { subscribe: true, listChanged } }),
    ...(prompts.size > 0 && { prompts: { listChanged } }),
    ...(completes(platform) && { completions: {} }),
    logging: {},
  };
}

/** Whether any prompt or resource has values to suggest. */
export function completes({ operations }: Platform): boolean {
  return operations.some(({ op, complete }) => complete !== undefined && (op.prompt === true || op.resource !== undefined));
}
