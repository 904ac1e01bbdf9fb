import type { LedgerStore, SharedLedgerStore } from '../../store/store.js';
import { Ledger, type LedgerOptions } from './ledger.js';
import type { Limits } from './limits.js';
import { SharedLedger, type SharedLedgerOptions } from './shared-ledger.js';

export interface LimitsOptions extends Omit<LedgerOptions, 'store'>, Omit<SharedLedgerOptions, 'store'> {
  readonly ledger: LedgerStore | SharedLedgerStore;
}

/** Limits as the store keeps them: for one process, or for many. */
export function limitsOf({ ledger, ...options }: LimitsOptions): Limits {
  return ledger.shared ? new SharedLedger({ ...options, store: ledger }) : new Ledger({ ...options, store: ledger });
}
