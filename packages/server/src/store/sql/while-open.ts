import { type Refusal, refuse } from '@gatehouse/contract';

export interface WhileOpenOptions {
  readonly seconds: number;
  readonly log: (event: object) => void;
}

/**
 * Does `work` with a way to read that is open while it lasts, and for so many seconds at most. Settles when nothing is being read that way
 * any more; what is asked later is refused, by throwing.
 */
export async function whileOpen<Asked extends readonly unknown[], Rows, T>(
  read: (...asked: Asked) => Promise<Rows>,
  work: (read: (...asked: Asked) => Promise<Rows>) => Promise<T>,
  { seconds, log }: WhileOpenOptions,
): Promise<T> {
  const underWay = new Set<Promise<Rows>>();
  let ended: Error | undefined;
  const open = async (...asked: Asked): Promise<Rows> => {
    if (ended !== undefined) throw ended;
    const rows = read(...asked);
    underWay.add(rows);
    try {
      return await rows;
    } finally {
      underWay.delete(rows);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const cap = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      ended = tooLong(seconds);
      log({ event: 'store.snapshot_timed_out', seconds });
      reject(ended);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work(open), cap]);
  } finally {
    clearTimeout(timer);
    ended ??= new Error('This snapshot has ended: a reading that was not awaited inside it came too late');
    await Promise.allSettled(underWay);
  }
}

function tooLong(seconds: number): Refusal {
  return refuse('timed_out', `This took longer than ${seconds} s.`, { retryAfterSeconds: 1, next: 'Ask for less at once, or try again.' });
}
