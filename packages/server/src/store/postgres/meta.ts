import type { MetaStore } from '../store.js';
import type { Engine } from './engine.js';
import { text } from '../sql/rows.js';

const GET = 'select value from gatehouse_meta where name = $1';
const INSERT = 'insert into gatehouse_meta (name, value) values ($1, $2) on conflict (name) do nothing';

export class PostgresMeta implements MetaStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async get(name: string): Promise<string | undefined> {
    const { rows } = await this.#engine.own({ text: GET, values: [name], name: 'gatehouse_meta_get' });
    return rows[0] === undefined ? undefined : text(rows[0].value);
  }

  /** Two statements, since one would not see what another process has stored while it ran. Nothing is ever changed. */
  async settle(name: string, value: string): Promise<string> {
    await this.#engine.own({ text: INSERT, values: [name, value] });
    return (await this.get(name)) ?? value;
  }
}
