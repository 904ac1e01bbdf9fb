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
beforeAll(async () => {
  nenjo = await openNenjo();
  const answer = await nenjo.as(await nenjo.keyOf('ann@example.com')).rpc('tools/list');
  tools = answer.json.result?.['tools'] as ListedTool[];
});
afterAll(() => nenjo.close());

/** What a model reads to choose a tool and to fill in its arguments: its words, not the grammar of JSON Schema around them. */
function words({ title, description, inputSchema }: ListedTool): string {
  const fields = Object.entries(inputSchema.properties ?? {}).map(([name, schema]) => `${name}: ${schema.description ?? ''}`);
  return [title, description, ...fields].join('\n');
}

/** A capital, at least three words, a full stop. */
const SENTENCE = /^[A-Z][^ ]*(?: [^ ]+){2,}[.]/;

describe('the tools that an agent chooses from', () => {
  it('each say in at least one full sentence what they do', () => {
    expect(tools.length).toBeGreaterThan(8);
    expect(tools.filter(({ description }) => !SENTENCE.test(description)).map(({ name }) => name)).toEqual([]);
  });

  it('say of every argument what it means', () => {
    const silent = tools.flatMap(({ name, inputSchema }) =>
      Object.entries(inputSchema.properties ?? {}).flatMap(([field, { description = '' }]) => (description.includes(' ') ? [] : [`${name}.${field}`])),
    );
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
});
