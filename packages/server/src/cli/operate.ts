import { existsSync } from 'node:fs';
import { type DataFolder, type LockedFolder, lockDataFolder, takeDataFolder } from '../data-folder.js';
import { type Logger, Refusal } from '../index.js';
import type { Answer, Command, Given, Ground } from './commands/command.js';
import { execute } from './commands/index.js';
import { ask, askStatus } from './control/client.js';
import { CommandError, type Reply, UsageError, failedReply } from './failure.js';
import { openFolder, openPostgres } from './open-site.js';
import { patiently } from './patience.js';
import { type Surroundings, generalConfig, loadSetup, namedPlatform, ownedDatabase, servingDatabase } from './setup.js';

/** What goes on while a command runs here shows in its answer. */
const quiet: Logger = { log: () => {}, request: undefined, flush: () => {} };

/** Does a command: on PostgreSQL beside whoever serves; on a data folder by the server that has it, or here where nobody has it. */
export async function operate(command: Command, typed: Given, surroundings: Surroundings): Promise<Reply> {
  const given = command.readHere?.(typed, surroundings) ?? typed;
  if (command.alone !== undefined) return replyOf(await command.alone(given, surroundings));
  const misused = command.prepare?.(given, surroundings.now());
  if (misused instanceof UsageError && command.instead?.onPostgres === undefined) throw misused;
  const config = generalConfig(surroundings);
  const ground = { config, surroundings };
  const url = command.forOwner ? ownedDatabase(config) : servingDatabase(config);
  if (url !== undefined) return onPostgres(command, given, url, ground);
  if (misused instanceof UsageError) throw misused;
  const { onFolder, onFreeFolder } = command.instead ?? {};
  if (onFolder !== undefined) return replyOf(await onFolder(given, config.data, ground));
  if (onFreeFolder !== undefined) return withFree(ground, (folder) => onFreeFolder(given, folder, ground));
  return inSite(command, given, ground);
}

async function onPostgres(command: Command, given: Given, url: string, ground: Ground): Promise<Reply> {
  if (command.instead?.onPostgres !== undefined) return replyOf(await command.instead.onPostgres(given, url, ground));
  const { now } = ground.surroundings;
  const { platform, config } = await loadSetup(ground.surroundings);
  const site = await openPostgres(url, { platform, config, logger: quiet, serves: false });
  try {
    return await execute(command, given, site, now());
  } finally {
    await site.gatehouse.close();
  }
}

async function inSite(command: Command, given: Given, { config: { data, secret }, surroundings }: Ground): Promise<Reply> {
  if (command.begins === undefined && !existsSync(data))
    throw new CommandError('data_folder', `There is no data folder ${data}: give the one that is served, with --data.`);
  const reply = await patiently(surroundings.now, async () => {
    const folder = await takeDataFolder(data, secret);
    if (folder !== 'held') return operateHere(command, given, folder, surroundings);
    const platform = await namedPlatform(surroundings);
    const answer = await ask(data, command.name, { given, ...(platform === undefined ? {} : { platform }) });
    return answer === 'nobody' ? undefined : answer;
  });
  if (reply === undefined) throw unanswered(data);
  return reply;
}

async function operateHere(command: Command, given: Given, folder: DataFolder, surroundings: Surroundings): Promise<Reply> {
  const { now } = surroundings;
  try {
    const { platform, config } = await loadSetup(surroundings);
    const site = await openFolder(folder, { platform, config, logger: quiet, now, serves: false });
    try {
      return await execute(command, given, site, now());
    } finally {
      await site.gatehouse.close();
    }
  } finally {
    folder.release();
  }
}

/** Another command may have the folder for a moment; a server has it for long. */
async function withFree({ config: { data }, surroundings: { now } }: Ground, work: (folder: LockedFolder) => Promise<Answer>): Promise<Reply> {
  const reply = await patiently(now, async () => {
    const folder = await lockDataFolder(data);
    if (folder !== 'held') return replyOf(await work(folder).finally(() => folder.release()));
    const server = await askStatus(data).catch(() => undefined);
    if (server === undefined) return undefined;
    throw new CommandError('data_folder', `The data folder ${data} is served by process ${server.pid}: stop it first.`);
  });
  if (reply === undefined) throw unanswered(data);
  return reply;
}

function unanswered(data: string): CommandError {
  return new CommandError('unavailable', `Another process has the data folder ${data} and does not answer.`);
}

function replyOf(answer: Answer): Reply {
  return answer instanceof Refusal ? failedReply(answer) : { ok: true, value: answer };
}
