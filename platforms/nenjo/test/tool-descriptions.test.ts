import { countTokens } from 'gpt-tokenizer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo } from './support/app.js';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: Schema;
}

let nenjo: Nenjo;
let tools: readonly ListedTool[];
/** As it travels. */
let list: string;
beforeAll(async () => {
  nenjo = await openNenjo();
  const answer = await nenjo.as(await nenjo.keyOf('ann@example.com')).rpc('tools/list');
  tools = answer.json.result?.['tools'] as ListedTool[];
  list = answer.text;
});
afterAll(() => nenjo.close());

/** What a model reads to choose a tool and to fill in its arguments: its words, not the grammar of JSON Schema around them. */
function words({ title, description, inputSchema }: ListedTool): string {
  const fields = Object.entries(inputSchema.properties ?? {}).map(([name, schema]) => `${name}: ${schema.description ?? ''}`);
  return [title, description, ...fields].join('\n');
}

/** Arguments whose names say it all. */
const PLAIN = new Set([
  ...['id', 'project_id', 'pipeline_id', 'ticket_id', 'session_id', 'limit', 'offset'],
  ...['name', 'title', 'status', 'priority', 'type', 'model_name', 'position_x', 'position_y'],
]);

/** A capital, at least three words, a full stop. */
const SENTENCE = /^[A-Z][^ ]*(?: [^ ]+){2,}[.]/;

describe('the tools that an agent chooses from', () => {
  it('each say in at least one full sentence what they do', () => {
    expect(tools.length).toBeGreaterThan(8);
    expect(tools.filter(({ description }) => !SENTENCE.test(description)).map(({ name }) => name)).toEqual([]);
  });

  it('say of every argument what it means, where its name does not, and the tool that creates does not', () => {
    const described = (tool: string, field: string) => tools.find(({ name }) => name === tool)?.inputSchema.properties?.[field]?.description !== undefined;
    const silent = tools.flatMap(({ name, description, inputSchema }) => {
      const creator = /\(see (\w+_create)\)/.exec(description)?.[1] ?? '';
      return Object.entries(inputSchema.properties ?? {}).flatMap(([field, schema]) =>
        (schema.description ?? '').includes(' ') || PLAIN.has(field) || described(creator, field) ? [] : [`${name}.${field}`],
      );
    });
    expect(silent).toEqual([]);
  });

  it('are told apart by their descriptions', () => {
    expect(new Set(tools.map(({ description }) => description)).size).toBe(tools.length);
  });

  it('name no tool that is not there', () => {
    const names = new Set(tools.map(({ name }) => name));
    const groups = new Set(tools.map(({ name }) => name.slice(0, name.lastIndexOf('_'))));
    const named = tools.flatMap((tool) => words(tool).match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []);
    const strays = named.filter((word) => groups.has(word.slice(0, word.lastIndexOf('_'))) && !names.has(word));
    expect(strays.filter((word) => !word.endsWith('_id') && !word.endsWith('_ids'))).toEqual([]);
  });

  it('cost at most 120 tokens of description at the median', () => {
    const tokens = tools.map((tool) => countTokens(words(tool))).sort((a, b) => a - b);
    expect(tokens[Math.floor(tokens.length / 2)]).toBeLessThanOrEqual(120);
  });

  it('cost at most 8,000 tokens in all, schemas and everything, with full access', () => {
    expect(tools.length).toBeGreaterThanOrEqual(49);
    expect(countTokens(list)).toBeLessThanOrEqual(8000);
  });
});
