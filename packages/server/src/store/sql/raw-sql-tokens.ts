import { RefusedQuery } from './guard-expressions.js';
import { rawSqlRules } from './raw-sql-rules.js';

export interface RawToken {
  /** `name`: in double quotes. `word`: without. */
  readonly is: 'word' | 'name' | 'string' | 'number' | 'parameter' | 'sign';
  /** As it was written. */
  readonly text: string;
  /** In lower case, and what stood between quotes without them. */
  readonly value: string;
  /** Whether white space or a comment stood before it. */
  readonly apart: boolean;
}

export function refuseRaw(rule: keyof typeof rawSqlRules, found?: string): never {
  const { refused, instead } = rawSqlRules[rule];
  throw new RefusedQuery(`raw SQL holds ${found === undefined ? '' : `${JSON.stringify(found)}, `}${refused}: ${instead}`);
}

const SPACE = /[ \t\r\n\f]+/y;
const LINE_COMMENT = /--[^\r\n]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;
const STRING = /'(?:[^']|'')*'/y;
const NAME = /"(?:[^"]|"")*"/y;
const SIGN = /::|[-+*/%=<>|&~!^@#.,();]/y;

/**
 * The tokens of a statement, without white space and comments. What SQLite and PostgreSQL would split differently is refused, so that
 * both see what was checked here.
 */
export function rawTokens(sql: string): readonly RawToken[] {
  const tokens: RawToken[] = [];
  let at = 0;
  let apart = false;
  while (at < sql.length) {
    const skipped = taken(SPACE, sql, at) ?? taken(LINE_COMMENT, sql, at) ?? comment(sql, at);
    if (skipped !== undefined) {
      apart = true;
      at += skipped.length;
      continue;
    }
    const token = tokenAt(sql, at, apart);
    tokens.push(token);
    at += token.text.length;
    apart = false;
  }
  return tokens;
}

function tokenAt(sql: string, at: number, apart: boolean): RawToken {
  const first = sql[at] ?? '';
  if (first === "'" || first === '"') return quotedAt(sql, at, apart);
  const number = taken(NUMBER, sql, at);
  if (number !== undefined) return { is: 'number', text: refuseTail(sql, at, number), value: number, apart };
  const word = taken(WORD, sql, at);
  if (word !== undefined) return { is: 'word', text: refuseTail(sql, at, word), value: word.toLowerCase(), apart };
  if (first === '?') return { is: 'parameter', text: refuseTail(sql, at, first), value: first, apart };
  const sign = taken(SIGN, sql, at);
  if (sign !== undefined) return { is: 'sign', text: sign === '@' || sign === '#' ? refuseTail(sql, at, sign) : sign, value: sign, apart };
  if (first === '`' || first === '[' || first === ']') refuseRaw('quoting', first);
  refuseRaw(first === '$' || first === ':' ? 'dollar' : 'character', sql.slice(at, at + 2));
}

function quotedAt(sql: string, at: number, apart: boolean): RawToken {
  const string = sql[at] === "'";
  const text = taken(string ? STRING : NAME, sql, at);
  if (text === undefined || /(?:[A-Za-z0-9_]|[uU]&)$/.test(sql.slice(Math.max(0, at - 2), at))) refuseRaw('quoting', sql.slice(Math.max(0, at - 2), at + 1));
  if (text.includes('\0')) refuseRaw('character', '\0');
  if (string && text.includes('\\')) refuseRaw('backslash', '\\');
  const quote = string ? "'" : '"';
  return {
    is: string ? 'string' : 'name',
    text,
    value: text
      .slice(1, -1)
      .replaceAll(quote + quote, quote)
      .toLowerCase(),
    apart,
  };
}

/** What may not follow without a space: here one database goes on reading where another has stopped. */
function refuseTail(sql: string, at: number, text: string): string {
  const next = sql[at + text.length] ?? '';
  if (next === '$') refuseRaw('dollar', text + next);
  const wordLike = /[A-Za-z0-9_?]/.test(next);
  if (wordLike && /^[?@#]/.test(text)) refuseRaw('dollar', text + next);
  if (wordLike && text !== '?') refuseRaw('character', text + next);
  return text;
}

function comment(sql: string, at: number): string | undefined {
  if (!sql.startsWith('/*', at)) return undefined;
  const end = sql.indexOf('*/', at + 2);
  if (end < 0) refuseRaw('comment');
  if (sql.slice(at + 2, end + 1).includes('/*')) refuseRaw('comment');
  return sql.slice(at, end + 2);
}

function taken(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}
