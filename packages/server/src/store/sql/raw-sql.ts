import { openingWords, refusedBeginnings, refusedFunctions, refusedSchemas, refusedWords } from './raw-sql-rules.js';
import { type RawToken, rawTokens, refuseRaw } from './raw-sql-tokens.js';

export { type RawSqlRule, rawSqlRules } from './raw-sql-rules.js';

/** One statement that reads, and nothing but the declared tables by their plain names. */
export interface RawSql {
  /** How many `?` it holds. */
  readonly parameters: number;
  /** The statement for a database that writes its `n`th parameter (from 1) as `placeholder(n)` says. Without comments. */
  text(placeholder: (n: number) => string): string;
}

/**
 * Reads a statement that `unsafe` is to run. Which rows it sees is the database's own part; this keeps it from naming what the database
 * would not hold to the tenant.
 *
 * @throws {RefusedQuery} that says what is refused, and what to do instead; `rawSqlRules` is the list
 */
export function readRawSql(sql: string): RawSql {
  const tokens = [...rawTokens(sql)];
  if (tokens.at(-1)?.value === ';' && tokens.at(-1)?.is === 'sign') tokens.pop();
  const first = tokens[0];
  if (first?.is !== 'word' || !openingWords.has(first.value)) refuseRaw('opening', first?.text);
  for (let index = 0; index < tokens.length; index += 1) check(tokens, index);
  return {
    parameters: tokens.filter(({ is }) => is === 'parameter').length,
    text: (placeholder) => joined(tokens, placeholder),
  };
}

/**
 * What a store runs for `unsafe`.
 * @throws {RefusedQuery} like `readRawSql`; an `Error` without a tenant, or with another number of parameters than the statement has
 */
export function rawText(tenant: string, sql: string, parameters: readonly unknown[], placeholder: (n: number) => string): string {
  if (typeof tenant !== 'string' || tenant === '') throw new Error('A statement needs a tenant');
  const statement = readRawSql(sql);
  if (statement.parameters !== parameters.length) throw new Error(`The statement has ${statement.parameters} parameters and is given ${parameters.length}`);
  return statement.text(placeholder);
}

function check(tokens: readonly RawToken[], index: number): void {
  const token = tokens[index];
  if (token === undefined) return;
  if (token.is === 'sign') {
    if (token.value === ';') refuseRaw('second');
    return;
  }
  if (token.is !== 'word' && token.is !== 'name' && token.is !== 'string') return;
  if (refusedBeginnings.some((beginning) => token.value.startsWith(beginning))) refuseRaw('name', token.text);
  checkDots(tokens, index, token);
  if (token.is === 'string') return;
  const called = isSign(tokens[index + 1], '(');
  if (called && isRefusedFunction(token.value)) refuseRaw('function', token.text);
  if (token.is === 'word' && refusedWords.has(token.value) && !(called && token.value === 'replace')) refuseRaw('word', token.text);
}

/** `t.column` is let through; three parts, a string as a part, and the names of schemas are not. */
function checkDots(tokens: readonly RawToken[], index: number, token: RawToken): void {
  const before = isSign(tokens[index - 1], '.');
  const after = isSign(tokens[index + 1], '.');
  if (before && after) refuseRaw('qualified', token.text);
  if (token.is === 'string' && (before || after)) refuseRaw('qualified', token.text);
  if (after && refusedSchemas.has(token.value)) refuseRaw('qualified', token.text);
}

function isSign(token: RawToken | undefined, sign: string): boolean {
  return token?.is === 'sign' && token.value === sign;
}

function isRefusedFunction(name: string): boolean {
  return refusedFunctions.some((refused) => (refused.endsWith('*') ? name.startsWith(refused.slice(0, -1)) : name === refused));
}

function joined(tokens: readonly RawToken[], placeholder: (n: number) => string): string {
  let parameters = 0;
  let text = '';
  for (const token of tokens) {
    if (token.apart && text !== '') text += ' ';
    if (token.is === 'parameter') parameters += 1;
    text += token.is === 'parameter' ? placeholder(parameters) : token.text;
  }
  return text;
}
