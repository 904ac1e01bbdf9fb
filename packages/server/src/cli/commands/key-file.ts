import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Refusal, refuse } from '../../index.js';
import { UsageError } from '../failure.js';
import { isRecord } from '../record.js';
import type { Command, Given, Site, Work } from './command.js';
import { importKey } from './keys.js';

/** What each line may hold: what `key import` takes as options, by the same names. */
const MEMBERS = ['user', 'tenant', 'name', 'scopes', 'expires', 'hash', 'format'];
const LINES_MOST = 10_000;
/** They share commits. */
const AT_ONCE = 100;

interface Line {
  readonly number: number;
  readonly work: Work;
}

export const importKeys: Command = {
  name: 'key import-file',
  begins: true,
  summary: 'take over existing API keys by their SHA-256, one JSON object a line; what is there already is passed over',
  arguments: ['file'],
  options: [],
  heading: () => 'The keys are taken over: whoever has one is let in.',
  readHere: ({ file = '', ...given }, { cwd }) => ({ ...given, content: contentOf(resolve(cwd, file)) }),
  prepare({ content = '' }, now) {
    const lines: Line[] = [];
    for (const [index, text] of content.split('\n').entries()) {
      if (text.trim() === '') continue;
      const work = workOf(text, now);
      if (work instanceof UsageError) return new UsageError(`Line ${index + 1}: ${work.message}`);
      lines.push({ number: index + 1, work });
    }
    if (lines.length === 0) return new UsageError('The file has no lines.');
    if (lines.length > LINES_MOST) return new UsageError(`The file has ${lines.length} lines, of at most ${LINES_MOST}: split it.`);
    return (site) => imported(lines, site);
  },
};

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function workOf(text: string, now: number): Work | UsageError {
  const given = givenIn(text);
  return typeof given === 'string' ? new UsageError(given) : (importKey.prepare?.(given, now) ?? new UsageError('Nothing is to be done.'));
}

/** The line as it would have been typed, or what is wrong with it. Never with what it holds: somebody may have put a key there. */
function givenIn(text: string): Given | string {
  const line = parsed(text);
  if (!isRecord(line)) return 'It is no JSON object.';
  const unknown = Object.keys(line).filter((member) => !MEMBERS.includes(member));
  if (unknown.length > 0) return `It holds more than ${MEMBERS.join(', ')}.`;
  const { scopes, ...texts } = line;
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string'))) return '"scopes" must be a list of texts.';
  const given = Object.entries({ format: 'hex', ...texts }).filter(([, value]) => value !== null);
  const wrong = given.find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined) return `"${wrong[0]}" must be a text.`;
  const missing = ['name', 'hash'].find((member) => !given.some(([name]) => name === member));
  if (missing !== undefined) return `"${missing}" is missing.`;
  return Object.fromEntries([...given, ...(scopes === undefined ? [] : [['scopes', scopes.join(',')]])]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function imported(lines: readonly Line[], site: Site): Promise<object | Refusal> {
  const count = { imported: 0, already_there: 0 };
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    const some = lines.slice(from, from + AT_ONCE);
    const answers = await Promise.all(some.map(async ({ number, work }) => ({ number, answer: await work(site) })));
    let refused: Refusal | undefined;
    for (const { number, answer } of answers) {
      if (!(answer instanceof Refusal)) count.imported += 1;
      else if (answer.failure.code === 'conflict') count.already_there += 1;
      else refused ??= stopped(number, answer);
    }
    if (refused !== undefined) return refused;
  }
  return count;
}

function stopped(number: number, { failure: { code, text, next = '' } }: Refusal): Refusal {
  return refuse(code, `Line ${number}: ${text} ${next}`.trim(), { next: 'Mend it, and give the file again: what was taken over is passed over.' });
}
