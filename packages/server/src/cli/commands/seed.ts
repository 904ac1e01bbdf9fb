import { randomUUID } from 'node:crypto';
import { Refusal, type SeedContext, refuse } from '../../index.js';
import type { UsageError } from '../failure.js';
import type { Command } from './command.js';
import { ownerOf, ownerOptions, ownerUsage } from './owners.js';

export const seed: Command = {
  name: 'seed',
  summary: 'fill a space with something to look at, as the platform has it',
  options: ownerOptions,
  heading: () => 'The space is filled:',
  prepare(given, now) {
    const misused: UsageError | undefined = ownerUsage(given);
    if (misused !== undefined) return misused;
    return async ({ gatehouse }) => {
      const { platform, store } = gatehouse;
      if (platform.seed === undefined) return refuse('not_found', `The platform ${platform.name} has nothing to fill a space with.`);
      const owner = await ownerOf(gatehouse, given);
      if (owner instanceof Refusal) return owner;
      const context: SeedContext = { user: owner.user, tx: (work) => store.tx(owner.tenant, work), now: () => now, id: randomUUID };
      const made = await platform.seed(context as never);
      return made instanceof Refusal ? made : { tenant_id: owner.tenant, ...made };
    };
  },
};
