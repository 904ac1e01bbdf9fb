import { randomUUID } from 'node:crypto';
import { Refusal, refuse } from '../../index.js';
import { seedingOf } from '../../runtime/seeding.js';
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
      const { platform, store, jobs } = gatehouse;
      if (platform.seed === undefined) return refuse('not_found', `The platform ${platform.name} has nothing to fill a space with.`);
      const owner = await ownerOf(gatehouse, given);
      if (owner instanceof Refusal) return owner;
      const made = await platform.seed(seedingOf(owner, { store, jobs, now: () => now, newId: randomUUID }) as never);
      return made instanceof Refusal ? made : { tenant_id: owner.tenant, ...made };
    };
  },
};
