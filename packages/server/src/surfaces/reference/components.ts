import type { JsonSchema } from '@gatehouse/contract';
import { smallSchema } from '../small-schema.js';

/** What is named once in a document and referred to from everywhere else. */
export class Components {
  readonly #schemas = new Map<string, string>();
  readonly #responses = new Map<string, object>();

  /** The same schema, with what it defines moved to the document's own components, under the name of `root`. */
  inline(schema: JsonSchema, role: 'in' | 'out', root: string): JsonSchema {
    const { $defs, ...rest } = smallSchema(schema, role, (ref) => refTo(ref === '#' ? root : ref.replace('#/$defs/', `${root}.`)));
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>)) {
      this.#schemas.set(`${root}.${name}`, JSON.stringify(definition));
    }
    return rest;
  }

  /** A reference to the schema, under the first of the names that is free, or under the one that it has already. */
  named(schema: JsonSchema, role: 'in' | 'out', names: readonly [string, ...string[]]): JsonSchema {
    for (const name of [...names, ...numbered(names[names.length - 1] ?? names[0])]) {
      const json = JSON.stringify(this.inline(schema, role, name));
      const taken = this.#schemas.get(name);
      if (taken !== undefined && taken !== json) continue;
      this.#schemas.set(name, json);
      return { $ref: refTo(name) };
    }
    throw new Error(`No name is left for ${names[0]}.`);
  }

  /** A reference to the response, made where it is not there yet. */
  response(name: string, make: () => object): object {
    if (!this.#responses.has(name)) this.#responses.set(name, make());
    return { $ref: `#/components/responses/${name}` };
  }

  get schemas(): Record<string, unknown> {
    return Object.fromEntries([...this.#schemas].map(([name, json]) => [name, JSON.parse(json) as unknown]));
  }

  get responses(): Record<string, object> {
    return Object.fromEntries(this.#responses);
  }
}

const refTo = (name: string) => `#/components/schemas/${name}`;

function numbered(name: string): string[] {
  return Array.from({ length: 98 }, (_, i) => `${name}${i + 2}`);
}
