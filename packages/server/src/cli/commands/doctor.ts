import { existsSync } from 'node:fs';
import { databaseIn, takeDataFolder } from '../../data-folder.js';
import { type Report, examineIsolation, holds, printed } from '../../doctor/index.js';
import type { Logger } from '../../index.js';
import { askStatus } from '../control/client.js';
import { openFolder, openPostgres } from '../open-site.js';
import { loadSetup } from '../setup.js';
import type { Answer, Command, Ground } from './command.js';

/** What the doctor found: of the database that is configured, and of the platform on a scratch database. */
interface Examination {
  readonly self_test: string;
  readonly holds: boolean;
  readonly report: Report;
}

/** Not done by a server: it works on scratch data, and a server has proved its own database as it started. */
export const doctorIsolation: Command = {
  name: 'doctor isolation',
  summary: 'prove that tenants are kept apart: the database that is configured, and the platform on a scratch database, which takes some minutes',
  options: [],
  forOwner: true,
  instead: {
    onPostgres: async (_given, adminUrl, ground) => examined(ground, await selfTestOnPostgres(ground), adminUrl),
    onFolder: async (_given, folder, ground) => examined(ground, await selfTestInFolder(folder, ground)),
  },
  print: (answer) => {
    const { self_test, report } = answer as Examination;
    return `${self_test}\n\n${printed([report])}`;
  },
  failed: (answer) => !(answer as Examination).holds,
};

const quiet: Logger = { log: () => {}, request: undefined, flush: () => {} };

async function examined({ surroundings }: Ground, self_test: string, adminUrl?: string): Promise<Answer> {
  const { platform } = await loadSetup(surroundings);
  const scratch: (() => Promise<void>)[] = [];
  // Heard before there is anything to remove: a signal that nobody hears ends the process at once.
  const deafen = onInterrupt(() => Promise.all(scratch.map((remove) => remove())));
  try {
    const report = await examineIsolation({
      platform,
      now: surroundings.now,
      ...(adminUrl === undefined ? {} : { adminUrl }),
      onScratch: (remove) => scratch.push(remove),
    });
    return { self_test, holds: holds(report), report } satisfies Examination;
  } finally {
    deafen();
  }
}

/** Nothing is left behind by whoever is interrupted either. Answers how to listen no more. */
function onInterrupt(remove: () => Promise<unknown>): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    const end = () => process.exit(signal === 'SIGINT' ? 130 : 143);
    remove().then(end, end);
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  return () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
}

async function selfTestInFolder(folder: string, { config: { secret }, surroundings }: Ground): Promise<string> {
  if (!existsSync(databaseIn(folder))) return `There is no database in ${folder} yet: nothing to test there.`;
  const taken = await takeDataFolder(folder, secret);
  if (taken === 'held') {
    const server = await askStatus(folder).catch(() => undefined);
    return `The database in ${folder} is in use${server === undefined ? '' : ` by process ${server.pid}`}: whoever serves it has tested it at its start.`;
  }
  try {
    const { platform, config } = await loadSetup(surroundings);
    // A store that tenants would not be kept apart in does not open.
    const { gatehouse } = await openFolder(taken, { platform, config, logger: quiet, now: surroundings.now });
    await gatehouse.close();
    return `The database in ${folder} passes the self-test of both layers.`;
  } finally {
    taken.release();
  }
}

async function selfTestOnPostgres({ config: { database }, surroundings }: Ground): Promise<string> {
  if (database === undefined) return 'No serving role is given (--database): its database is not tested, only the scratch one.';
  const { platform, config } = await loadSetup(surroundings);
  const { gatehouse } = await openPostgres(database, { platform, config, logger: quiet, serves: false });
  try {
    await gatehouse.store.proveIsolation();
  } finally {
    await gatehouse.close();
  }
  return 'The database that is configured passes the self-test of both layers.';
}
