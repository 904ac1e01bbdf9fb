import { randomUUID } from 'node:crypto';
import { Refusal, refuse, seedingOf } from '../../index.js';
import type { UsageError } from '../failure.js';
import type { Command } from './command.js';
import { ownerOf, ownerOptions, ownerUsage } from './owners.js';

export const seed: Command = {
  name: 'seed',
  begins: true,
  summary: 'fill a space with something to look at, as the platform has it',
  options: [...ownerOptions, { flags: '--sample <name>', description: 'which of the samples that the platform has; the first unless given' }],
  heading: () => 'The space is filled:',
  prepare(given, now) {
    const misused: UsageError | undefined = ownerUsage(given);
    if (misused !== undefined) return misused;
    return async ({ gatehouse }) => {
      const { platform, store, jobs } = gatehouse;
      if (platform.seed === undefined) return refuse('not_found', `The platform ${platform.name} has nothing to fill a space with.`);
      const { sample } = given;
      if (sample !== undefined && !platform.samples.includes(sample)) return unknownSample(platform.samples);
      const owner = await ownerOf(gatehouse, given);
      if (owner instanceof Refusal) return owner;
      const made = await platform.seed(seedingOf({ ...owner, sample }, { store, jobs, now: () => now, newId: randomUUID }) as never);
      return made instanceof Refusal ? made : { tenant_id: owner.tenant, ...made };
    };
  },
};

function unknownSample(samples: readonly string[]): Refusal {
  return refuse(
    'invalid_input',
    samples.length === 0 ? 'This platform has no samples to choose from.' : `There is no such sample: there are ${samples.join(', ')}.`,
  );
}
