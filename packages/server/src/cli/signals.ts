import type { Logger } from '../index.js';

export interface Ending {
  close(): Promise<void>;
  readonly logger: Logger;
  /** Of several processes one alone says that it stops. */
  readonly quiet?: boolean;
}

/** `npm start` hands on a signal that the terminal has already sent to the whole group: it counts once. */
const SAME_SIGNAL_MS = 250;
const CRASH_CLOSE_MS = 5_000;

/**
 * Ends the process well: on a signal after a graceful close, a second one at once; after an error nobody caught, with 1. A promise nobody
 * awaited is only logged. `end` does what a first signal does, and nothing where that has come already.
 */
export function endWithSignals({ close, logger, quiet = false }: Ending): { end(): void } {
  const say = (event: object) => (quiet ? undefined : event);
  let first: number | undefined;
  const stop = (signal?: NodeJS.Signals) => {
    first = Date.now();
    if (!quiet) logger.log({ event: 'stopping', signal });
    close().then(
      () => end(logger, 0, say({ event: 'stopped' })),
      (error: unknown) => end(logger, 1, { event: 'stop_failed', error }),
    );
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (first === undefined) stop(signal);
    else if (Date.now() - first > SAME_SIGNAL_MS) process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  endWithCrash(close, logger);
  return {
    end() {
      if (first === undefined) stop();
    },
  };
}

function endWithCrash(close: Ending['close'], logger: Logger): void {
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
