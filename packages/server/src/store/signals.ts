/** Something that happened in one tenant, for whoever listens now. Nobody hears it later. */
export interface Signal {
  readonly tenant: string;
  readonly topic: string;
  /** Anything that JSON can hold. Never a secret. */
  readonly data?: unknown;
}

/** Told to every process of this installation, in the order in which one process sends; at most once, and without any memory. */
export interface Signals {
  /** Settles when it is on its way. */
  send(signals: readonly Signal[]): Promise<void>;
  /** Answers how to stop listening. */
  onSignal(listener: (signal: Signal) => void): () => void;
}
