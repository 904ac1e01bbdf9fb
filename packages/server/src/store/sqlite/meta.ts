import type { MetaStore } from '../store.js';
import type { Connection } from './connection.js';
import type { Engine } from './engine.js';
import { text } from '../sql/rows.js';

export class SqliteMeta implements MetaStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get(name: string): Promise<string | undefined> {
    return this.#engine.read((connection) => storedValue(connection, name));
  }

  settle(name: string, value: string): Promise<string> {
    return this.#engine.write((connection) => {
      connection.run('insert into gatehouse_meta (name, value) values (?, ?) on conflict (name) do nothing', name, value);
      return storedValue(connection, name) ?? value;
    });
  }
}

function storedValue(connection: Connection, name: string): string | undefined {
  const row = connection.get('select value from gatehouse_meta where name = ?', name);
  return row === undefined ? undefined : text(row.value);
}
