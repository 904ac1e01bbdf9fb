import type { Signal } from '../signals.js';

export const SIGNAL_CHANNEL = 'gatehouse_signals';

/** PostgreSQL takes fewer than 8,000 bytes; what stands before a part is shorter than 100. */
const PART = 7_800;
/** About 1.5 MB of signals in one sending. */
const MOST_PARTS = 256;

/** Signals as they go over the channel: `sender number part parts text`, the text being Base64 of their JSON. As many as it takes. */
export function encodeSignals(sender: string, number: number, signals: readonly Signal[]): string[] {
  const text = Buffer.from(JSON.stringify(signals)).toString('base64');
  const parts = Math.ceil(text.length / PART);
  if (parts > MOST_PARTS) throw new RangeError(`${signals.length} signals are too much to be told at once`);
  return Array.from({ length: parts }, (_, part) => `${sender} ${number} ${part} ${parts} ${text.slice(part * PART, (part + 1) * PART)}`);
}

const MESSAGE = /^(\S{1,40}) (\d{1,15}) (\d{1,3}) (\d{1,3}) ([A-Za-z0-9+/=]+)$/;

interface Sending {
  readonly number: string;
  readonly parts: string[];
}

/** Puts the parts together again. Those of one sender come in order; what misses a part is dropped whole. */
export class SignalReader {
  readonly #self: string;
  readonly #begun = new Map<string, Sending>();

  /** @param self whose messages are not read: they have been heard already */
  constructor(self: string) {
    this.#self = self;
  }

  /** The signals that this message completes. */
  read(message: string): readonly Signal[] {
    const [, sender = '', number = '', part = '', parts = '', text = ''] = MESSAGE.exec(message) ?? [];
    if (sender === '' || sender === this.#self) return [];
    const sending = this.#sendingOf(sender, number, Number(part));
    if (sending === undefined) return [];
    sending.parts.push(text);
    if (sending.parts.length < Number(parts)) return [];
    this.#begun.delete(sender);
    return signalsIn(sending.parts.join(''));
  }

  /** Forgets what is half told: parts were lost with the connection that they came over. */
  reset(): void {
    this.#begun.clear();
  }

  #sendingOf(sender: string, number: string, part: number): Sending | undefined {
    if (part === 0) {
      const sending = { number, parts: [] };
      this.#begun.set(sender, sending);
      return sending;
    }
    const sending = this.#begun.get(sender);
    if (sending?.number === number && sending.parts.length === part) return sending;
    this.#begun.delete(sender);
    return undefined;
  }
}

function signalsIn(base64: string): Signal[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return Array.isArray(value) ? value.filter(isSignal) : [];
  } catch {
    return [];
  }
}

function isSignal(value: unknown): value is Signal {
  return (
    typeof value === 'object' && value !== null && 'tenant' in value && typeof value.tenant === 'string' && 'topic' in value && typeof value.topic === 'string'
  );
}
