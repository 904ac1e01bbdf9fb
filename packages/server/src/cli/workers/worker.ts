import { createLogger } from '../../index.js';
import { Closing } from '../closing.js';
import { failedReply } from '../failure.js';
import { listenAt } from '../listening.js';
import { openPostgres } from '../open-site.js';
import { type Surroundings, loadSetup, servingDatabase } from '../setup.js';
import { endWithSignals } from '../signals.js';
import { gathering } from './measuring.js';
import { type ToWorker, tell } from './wire.js';

/** One of the processes of `gatehouse start --workers`: serves all of it, and ends with the process that forked it. */
export function runWorker(): void {
  process.once('message', ({ is, ...told }: ToWorker) => {
    if (is !== 'start' || !('flags' in told)) return;
    serve({ flags: told.flags, environment: process.env, cwd: process.cwd(), now: Date.now }).then(
      (url) => tell({ is: 'listening', url }),
      (error: unknown) => {
        const { error: text, code } = failedReply(error);
        tell({ is: 'failed', error: text, code }, () => process.exit(1));
      },
    );
  });
  tell({ is: 'ready' });
}

async function serve(surroundings: Surroundings): Promise<string> {
  const { platform, config } = await loadSetup(surroundings);
  const database = servingDatabase(config);
  if (database === undefined) throw new Error('A worker without PostgreSQL');
  const logger = createLogger({ level: config.logLevel, pretty: process.stdout.isTTY === true });
  const closing = new Closing();
  return closing.unless(async () => {
    const { gatehouse } = await openPostgres(database, { platform, config, logger, gathering });
    closing.add(() => gatehouse.close());
    const url = await listenAt(gatehouse, config);
    const { end } = endWithSignals({ close: () => closing.close(), logger, quiet: true });
    process.on('message', ({ is }: ToWorker) => {
      if (is === 'stop') end();
    });
    return url;
  });
}
