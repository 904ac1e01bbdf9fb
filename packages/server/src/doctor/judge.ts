import { createHash } from 'node:crypto';
import type { TableDef } from '../domain/tables.js';
import type { Answer, Request } from './http.js';
import type { Attempt } from './attempt.js';
import { withoutOwnReferences } from './own-references.js';
import type { Settled } from './world.js';
import { Words } from './words.js';

/** Tells whether an answer gives anything away. */
export interface Judge {
  /** What of the victim's stands in the answer that was not sent in the request. */
  leaked(attempt: Attempt, answer: Answer): readonly string[];
  /**
   * The same request about things that never were: every id and mark of the victim's is another's that nobody has. undefined where the
   * request names nothing of the victim's.
   */
  standIn(request: Request): Request | undefined;
  /** An answer to that, as though it had been about the victim's. */
  restored(request: Request, answer: Answer): Answer;
  /** The answer without what differs between any two: the request's id, ids and keys that were made for it, and which of its own references is named. */
  normalised(attempt: Attempt, answer: Answer): string;
  /** Whether two of these say the same. Rows for which nobody asked an order come in any. */
  same(one: string, other: string): boolean;
}

/** The body's length says no more than the body, and is another where ids are numbers of more or fewer digits. */
const PASSING = new Set(['date', 'x-request-id', 'connection', 'keep-alive', 'content-length']);

export function judgeOf(attacker: Settled, victim: Settled, keyPrefix: string, tables: readonly TableDef[]): Judge {
  // What a platform calls by the same name in every tenant, such as a counter, tells nothing of any.
  const common = new Set(attacker.known.map(({ id }) => id));
  const secrets = [...new Set([...victim.known.map(({ id }) => id).filter((id) => !common.has(id)), ...victim.party.tenants])];
  const words = new Words(secrets);
  const names = standInsFor(victim, secrets);
  const marked = new RegExp(`${victim.mark}[a-z0-9]*`, 'gi');
  const lasting = new Set([...idsIn(written(attacker)), ...idsIn(written(victim))]);
  const keys = new RegExp(`${keyPrefix}[0-9A-Za-z_-]+|\\b[a-z]{2,8}_[0-9a-f]{64}\\b`, 'g');
  const explained = withoutOwnReferences(tables, attacker.rows);
  return {
    standIn(request) {
      const { path, headers, body, sent } = request;
      const other = names.there(JSON.stringify({ path, headers, body, sent }));
      return other === JSON.stringify({ path, headers, body, sent }) ? undefined : { ...request, ...(JSON.parse(other) as Partial<Request>) };
    },
    restored: ({ sent }, { status, headers, text }) => ({
      status,
      headers: JSON.parse(names.back(JSON.stringify(headers))) as Answer['headers'],
      text: names.back(withoutDigests(text, sent)),
    }),
    leaked({ request: { sent } }, answer) {
      const told = wholeOf(answer);
      const ids = [...words.within(told)].filter((id) => !sent.includes(id));
      const texts = (told.match(marked) ?? []).filter((text) => !sent.toLowerCase().includes(text.toLowerCase()));
      return [...new Set([...ids, ...texts])];
    },
    normalised({ request: { sent } }, { status, headers, text }) {
      const requestId = headers['x-request-id'];
      const own = new Set(idsIn(sent));
      const known = (id: string) => lasting.has(id.toLowerCase()) || own.has(id.toLowerCase());
      const body = explained(withoutDigests(text, sent));
      // A body's entity tag says no more than the body, and is another where rows for which nobody asked an order come in another one.
      const kept = Object.entries(headers).filter(([name]) => !PASSING.has(name) && !(name === 'etag' && text !== ''));
      return `${status}\n${JSON.stringify(kept)}\n${body}`
        .replaceAll(typeof requestId === 'string' && requestId !== '' ? requestId : '\u0000', '«request»')
        .replace(SEALED, (text) => (sent.includes(text) ? text : '«sealed»'))
        .replace(keys, '«key»')
        .replace(ID, (id) => (known(id) ? id : '«id»'));
    },
    same: (one, other) => one === other || wordsOf(one) === wordsOf(other),
  };
}

/** A digest of what was sent tells nobody anything, and is another for any other text. */
function withoutDigests(text: string, sent: string): string {
  if (!DIGEST.test(text)) return text;
  const texts = (sent.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((quoted) => String(JSON.parse(quoted)));
  const digests = new Set(texts.flatMap((one) => [digestOf(one), digestOf(Buffer.from(one, 'base64'))]));
  return text.replace(DIGESTS, (digest) => (digests.has(digest) ? '«digest»' : digest));
}

const DIGEST = /\b[0-9a-f]{64}\b/;
const DIGESTS = /\b[0-9a-f]{64}\b/g;
const digestOf = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

/** A UUID; or, as some platforms have them, 24 hex digits, as many or more behind a prefix, and large random numbers. */
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(?:[a-z]{2,8}_[0-9a-f]{24,32}|[0-9a-f]{24}|\d{10,16})\b/gi;
const idsIn = (text: string): readonly string[] => (text.match(ID) ?? []).map((id) => id.toLowerCase());
/** What the server closed, in base64url: never twice the same, and nobody can read it. Looked for first, for by chance one holds what looks like a key or an id. */
const SEALED = /(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{80,}/g;

const wordsOf = (text: string) =>
  text
    .split(/[^\p{L}\p{N}«»_-]+/u)
    .sort()
    .join(' ');
const wholeOf = ({ headers, text }: Answer) => `${text}\n${JSON.stringify(headers)}`;
const written = ({ rows }: Settled) => [...rows.values()].flatMap((table) => [...table.values()]).join('\n');

/** Puts a stranger's ids and mark in the place of the victim's, of the same form and length, and back. */
function standInsFor({ mark }: Settled, ids: readonly string[]) {
  const pairs = [...ids.filter((id) => !id.includes(mark)), mark].map((own) => [own, strangerTo(own)] as const);
  return { there: replacing(pairs), back: replacing(pairs.map(([own, other]) => [other, own])) };
}

function replacing(pairs: readonly (readonly [string, string])[]): (text: string) => string {
  const others = new Map(pairs);
  const words = new Words(others.keys());
  return (text) => words.replaced(text, (word) => others.get(word) ?? word);
}

/** Digits for digits and letters for letters: what looks at an id's form takes the one as it takes the other. */
function strangerTo(id: string): string {
  if (/^\d+$/.test(id)) return id.replace(/\d/g, (digit, at) => (digit === '9' ? (at === 0 ? '1' : '0') : String(Number(digit) + 1)));
  if (idsIn(id)[0] === id.toLowerCase()) return strangeHex(id);
  return id.replace(/[a-y0-8]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 1));
}

/** Where a UUID says its version and its variant (RFC 9562, section 4). */
const SAID = new Set([14, 19]);

function strangeHex(id: string): string {
  const hash = digestOf(`stranger\u0000${id}`);
  const start = id.lastIndexOf('_') + 1;
  const other = (sign: string, at: number): string => {
    const drawn = Number.parseInt(hash[at % hash.length] ?? '0', 16);
    if (at < start || (id.includes('-') && SAID.has(at))) return sign;
    return /\d/.test(sign) ? String(drawn % 10) : String.fromCharCode((/[a-f]/.test(sign) ? 'a' : 'A').charCodeAt(0) + (drawn % 6));
  };
  return id.replace(/[0-9a-f]/gi, other);
}
