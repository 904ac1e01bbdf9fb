import { type DataFolder, takeDataFolder } from '../data-folder.js';
import type { Logger } from '../index.js';
import type { Command, Given } from './commands/command.js';
import { execute } from './commands/index.js';
import { ask } from './control/client.js';
import { CommandError, type Reply, UsageError } from './failure.js';
import { loadPlatform } from './load-platform.js';
import { openSite } from './open-site.js';
import { patiently } from './patience.js';
import { type Surroundings, askedPlatform, generalConfig, loadSetup } from './setup.js';

/** What goes on while a command runs here shows in its answer. */
const quiet: Logger = { log: () => {}, request: undefined, flush: () => {} };

/** Does a command: by the server that has the data folder, or here where nobody has it. */
export async function operate(command: Command, given: Given, surroundings: Surroundings): Promise<Reply> {
  const misused = command.prepare(given, surroundings.now());
  if (misused instanceof UsageError) throw misused;
  const { data, secret } = generalConfig(surroundings);
  const reply = await patiently(surroundings.now, async () => {
    const folder = await takeDataFolder(data, secret);
    if (folder !== 'held') return operateHere(command, given, folder, surroundings);
    const answer = await ask(data, command.name, { given, ...(await platformAsked(surroundings)) });
    return answer === 'nobody' ? undefined : answer;
  });
  if (reply === undefined) throw new CommandError('unavailable', `Another process has the data folder ${data} and does not answer.`);
  return reply;
}

async function operateHere(command: Command, given: Given, folder: DataFolder, surroundings: Surroundings): Promise<Reply> {
  const { now } = surroundings;
  try {
    const { platform, config } = await loadSetup(surroundings);
    const site = await openSite({ folder, platform, config, logger: quiet, now });
    try {
      return await execute(command, given, site, now());
    } finally {
      await site.gatehouse.close();
    }
  } finally {
    folder.release();
  }
}

/** Where a platform was named, the server must be serving that one. */
async function platformAsked(surroundings: Surroundings): Promise<{ readonly platform?: string }> {
  const asked = askedPlatform(surroundings);
  return asked === undefined ? {} : { platform: (await loadPlatform(asked, surroundings.cwd)).name };
}
