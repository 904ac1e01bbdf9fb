import { Refusal, refuse } from '@gatehouse/contract';
import type { Aside } from './aside.js';
import { type Frame, lateStatement } from './frame.js';
import type { Transaction } from './transaction.js';

export interface Capped<T> {
  readonly frame: Frame;
  readonly transaction: Transaction;
  readonly work: (frame: Frame) => Promise<T>;
  /** How long the work may take, from when the database has begun. */
  readonly txSeconds: number;
  /** Cancels what still runs then. */
  readonly aside: Aside;
  readonly log: (event: object) => void;
}

/** How long the database is given to cancel a statement. */
const CANCEL_MS = 1000;

/** Whether a unit's value says that it is to be committed. */
export function kept(value: unknown): boolean {
  return !(value instanceof Refusal);
}

/** Does a unit's work in its transaction, and ends both, in time. */
export async function runCapped<T>(unit: Capped<T>): Promise<T> {
  const { frame, transaction, work } = unit;
  let timer: NodeJS.Timeout | undefined;
  let process = 0;
  let over = false;
  const cap = transaction.begun().then(
    (number) => {
      process = number;
      return new Promise<never>((_, reject) => {
        // A short unit is over before it is known that it has begun.
        if (!over) timer = setTimeout(() => reject(timeOut(unit)), unit.txSeconds * 1000);
      });
    },
    (error: Error) => {
      frame.end(error);
      throw error;
    },
  );
  try {
    const value = await Promise.race([work(frame), cap]);
    frame.end(lateStatement());
    if (kept(value)) await frame.commit();
    else await rollBack(unit, process);
    return value;
  } catch (error) {
    frame.end(lateStatement());
    await rollBack(unit, process);
    throw error;
  } finally {
    over = true;
    clearTimeout(timer);
  }
}

function timeOut({ frame, txSeconds, log }: Pick<Capped<unknown>, 'frame' | 'txSeconds' | 'log'>): Refusal {
  const refusal = refuse('timed_out', `This took longer than ${txSeconds} s and was undone.`, { retryAfterSeconds: 1 });
  frame.end(refusal);
  log({ event: 'store.unit_timed_out', seconds: txSeconds });
  return refusal;
}

/** A statement that still runs is cancelled; where that does not work, the connection is given up. */
async function rollBack({ transaction, aside }: Pick<Capped<unknown>, 'transaction' | 'aside'>, process: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      transaction.destroy();
      resolve();
    }, CANCEL_MS);
  });
  if (transaction.busy && process !== 0) {
    const cancelled = aside.query('select pg_cancel_backend($1)', [process], 'gatehouse_cancel').catch(() => undefined);
    // Waited for, so that it never meets a later statement of the same session.
    await Promise.race([givenUp, cancelled]);
  }
  await transaction.exclusively(() => transaction.rollback());
  clearTimeout(timer);
}
