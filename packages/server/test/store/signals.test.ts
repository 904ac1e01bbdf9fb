import { describe, expect, it } from 'vitest';
import { SignalReader, encodeSignals } from '../../src/store/fleet/signal-messages.js';
import { PostgresSignals } from '../../src/store/postgres/signals.js';
import type { Signal } from '../../src/store/signals.js';
import { LocalSignals } from '../../src/store/sqlite/signals.js';

const small: Signal = { tenant: 't', topic: 'resource', data: { uri: 'a://ü' } };
const large: Signal = { tenant: 't', topic: 'x', data: 'ä'.repeat(20_000) };

describe('signals as messages', () => {
  it('fit into what PostgreSQL takes, and are read as they were sent', () => {
    const messages = encodeSignals('me', 1, [small, large]);
    expect(messages.length).toBeGreaterThan(5);
    for (const message of messages) expect(Buffer.byteLength(message)).toBeLessThan(8_000);
    const reader = new SignalReader('other');
    expect(messages.flatMap((message) => reader.read(message))).toEqual([small, large]);
  });

  it('are read whole where several send at once', () => {
    const [mine, yours] = [encodeSignals('me', 1, [large]), encodeSignals('you', 1, [large, small])];
    const reader = new SignalReader('other');
    const mixed = yours.flatMap((message, i) => [message, ...mine.slice(i, i + 1)]);
    expect(mixed.flatMap((message) => reader.read(message)).map(({ topic }) => topic)).toEqual(['x', 'resource', 'x']);
  });

  it.each([0, 1, -1])('are dropped whole where the part %d is lost, and those after them are read', (lost) => {
    const reader = new SignalReader('other');
    const messages = encodeSignals('me', 1, [large]);
    messages.splice(lost, 1);
    expect(messages.flatMap((message) => reader.read(message))).toEqual([]);
    expect(encodeSignals('me', 2, [small]).flatMap((message) => reader.read(message))).toEqual([small]);
  });

  it('are not read by who sent them, nor where they are nothing of the kind', () => {
    expect(encodeSignals('me', 1, [small]).flatMap((message) => new SignalReader('me').read(message))).toEqual([]);
    const reader = new SignalReader('other');
    for (const odd of ['', 'x', 'a 1 0 1 bm90IGpzb24=', 'a 1 0 1 W3sidGVuYW50IjoxfV0=', 'a 1 7 9 eA==']) expect(reader.read(odd)).toEqual([]);
  });

  it('are refused where they would be more than a megabyte and a half', () => {
    expect(() => encodeSignals('me', 1, [{ ...small, data: 'x'.repeat(2_000_000) }])).toThrow(RangeError);
  });
});

describe.each([
  ['SQLite', () => new LocalSignals()],
  ['PostgreSQL', () => new PostgresSignals(async () => undefined)],
])('on %s', (_name, make) => {
  it('a listener hears until it stops, and one that throws keeps no other from hearing', async () => {
    const signals = make();
    const heard: Signal[] = [];
    signals.onSignal(() => {
      throw new Error('odd');
    });
    const stop = signals.onSignal((signal) => heard.push(signal));
    await expect(signals.send([small])).rejects.toThrow('every listener');
    stop();
    await expect(signals.send([small])).rejects.toThrow('every listener');
    expect(heard).toEqual([small]);
  });
});

it('what one process sends goes out in the order in which it was sent', async () => {
  const out: string[] = [];
  const reader = new SignalReader('other');
  const signals = new PostgresSignals(async (messages) => {
    await Promise.resolve();
    out.push(...messages.flatMap((message) => reader.read(message)).map(({ topic }) => topic));
  });
  await Promise.all(['a', 'b', 'c', 'd'].map((topic) => signals.send([{ tenant: 't', topic }])));
  expect(out).toEqual(['a', 'b', 'c', 'd']);
});
