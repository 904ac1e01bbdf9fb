import type { Logger } from '../index.js';

export interface Ending {
  close(): Promise<void>;
  readonly logger: Logger;
}

/** `npm start` hands on a signal that the terminal has already sent to the whole group: it counts once. */
const SAME_SIGNAL_MS = 250;
const CRASH_CLOSE_MS = 5_000;

/** Ends the process well: on a signal after a graceful close, a second one at once; after an error nobody caught, with 1. A promise nobody awaited is only logged. */
export function endWithSignals({ close, logger }: Ending): void {
  let first: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (first !== undefined) {
      if (Date.now() - first > SAME_SIGNAL_MS) process.exit(signal === 'SIGINT' ? 130 : 143);
      return;
    }
    first = Date.now();
    logger.log({ event: 'stopping', signal });
    close().then(
      () => end(logger, 0, { event: 'stopped' }),
      (error: unknown) => end(logger, 1, { event: 'stop_failed', error }),
    );
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);

  let crashed = false;
  const onCrash = (error: unknown) => {
    logger.log({ event: 'crashed', error });
    if (crashed) return;
    crashed = true;
    setTimeout(() => end(logger, 1), CRASH_CLOSE_MS).unref();
    close().then(
      () => end(logger, 1),
      () => end(logger, 1),
    );
  };
  process.on('uncaughtException', onCrash);
  // A handler that does not await its query: one call of one tenant must not end the process for all of them.
  process.on('unhandledRejection', (error) => logger.log({ event: 'unhandled_rejection', error }));
}

/** What is logged before `exit` is written: the log is flushed when the process exits. */
function end(logger: Logger, code: number, event?: object): never {
  if (event !== undefined) logger.log(event);
  logger.flush();
  process.exit(code);
}
