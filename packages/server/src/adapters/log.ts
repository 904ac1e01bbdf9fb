import { type DestinationStream, pino } from 'pino';
import pretty from 'pino-pretty';
import { redact } from '../domain/redact.js';

/** One event: `event` names it, the rest says more. With an `error` it is logged as one. */
export type Log = (event: object) => void;

export interface Logger {
  readonly log: Log;
  /** Whether one line a request is wanted. */
  readonly requests: boolean;
  flush(): void;
}

export interface LoggerOptions {
  readonly level: string;
  /** For people at a terminal; JSON lines otherwise. */
  readonly pretty: boolean;
  readonly destination?: DestinationStream;
}

/** JSON lines, written in batches; whatever looks like a credential is blotted out on the way. */
export function createLogger({ level, pretty: forPeople, destination }: LoggerOptions): Logger {
  const out =
    destination ??
    (forPeople
      ? pretty({ colorize: true, ignore: 'pid,hostname', messageKey: 'event', singleLine: true, sync: true })
      : pino.destination({ dest: 1, sync: false, minLength: 4096 }));
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
      hooks: { streamWrite: redact },
    },
    out,
  );
  const timer = setInterval(() => logger.flush(), 1000).unref();
  return {
    log: (event) => ('error' in event ? logger.error(event) : logger.info(event)),
    requests: logger.isLevelEnabled('info'),
    flush() {
      clearInterval(timer);
      logger.flush();
    },
  };
}
