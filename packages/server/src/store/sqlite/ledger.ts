import type { LedgerStore } from '../store.js';
import type { Engine } from './engine.js';
import { integer, text } from '../sql/rows.js';

/** How many buckets one commit may take in, so that others get their turn in between. */
const CHUNK = 500;
const UPSERT = 'insert into gatehouse_ledger (bucket, arrival) values (?, ?) on conflict (bucket) do update set arrival = max(arrival, excluded.arrival)';

/** A bucket whose arrival time has passed is full, and not worth a row. */
export class SqliteLedger implements LedgerStore {
  readonly shared = false;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  load(now: number): Promise<ReadonlyMap<string, number>> {
    return this.#engine.read(
      (connection) =>
        new Map(connection.all('select bucket, arrival from gatehouse_ledger where arrival > ?', now).map((row) => [text(row.bucket), integer(row.arrival)])),
    );
  }

  async save(entries: ReadonlyMap<string, number>, now: number): Promise<void> {
    const live = [...entries].filter(([, arrival]) => arrival > now);
    const jobs: Promise<void>[] = [];
    for (let start = 0; start < live.length; start += CHUNK) {
      const chunk = live.slice(start, start + CHUNK);
      jobs.push(
        this.#engine.writeAside((connection) => {
          for (const [bucket, arrival] of chunk) connection.run(UPSERT, bucket, arrival);
        }),
      );
    }
    jobs.push(
      this.#engine.writeAside((connection) => {
        connection.run('delete from gatehouse_ledger where arrival <= ?', now);
      }),
    );
    await Promise.all(jobs);
  }
}
