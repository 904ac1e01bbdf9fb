import type { Answer } from './http.js';
import type { Attempt } from './attempt.js';
import type { Settled } from './world.js';
import { uuidsIn } from './values.js';

/** Tells whether an answer gives anything away. */
export interface Judge {
  /** What of the victim's stands in the answer that was not sent in the request. */
  leaked(attempt: Attempt, answer: Answer): readonly string[];
  /** The answer without what differs between any two: the request's id, and ids and keys that were made for it. */
  normalised(attempt: Attempt, answer: Answer): string;
}

const PASSING = new Set(['date', 'x-request-id', 'connection', 'keep-alive']);

export function judgeOf(attacker: Settled, victim: Settled, keyPrefix: string): Judge {
  const secrets = [...new Set([...victim.known.map(({ id }) => id), ...victim.party.tenants])];
  const marked = new RegExp(`${victim.mark}[a-z0-9]*`, 'gi');
  const lasting = new Set([...uuidsIn(written(attacker)), ...uuidsIn(written(victim))]);
  const keys = new RegExp(`${keyPrefix}[0-9A-Za-z_-]+`, 'g');
  return {
    leaked({ request: { sent } }, answer) {
      const told = wholeOf(answer);
      const ids = secrets.filter((id) => told.includes(id) && !sent.includes(id));
      const texts = (told.match(marked) ?? []).filter((text) => !sent.toLowerCase().includes(text.toLowerCase()));
      return [...new Set([...ids, ...texts])];
    },
    normalised({ request: { sent } }, { status, headers, text }) {
      const requestId = headers['x-request-id'];
      const own = new Set(uuidsIn(sent));
      const known = (uuid: string) => lasting.has(uuid.toLowerCase()) || own.has(uuid.toLowerCase());
      const kept = Object.entries(headers).filter(([name]) => !PASSING.has(name));
      return `${status}\n${JSON.stringify(kept)}\n${text}`
        .replaceAll(typeof requestId === 'string' && requestId !== '' ? requestId : '\u0000', '«request»')
        .replace(keys, '«key»')
        .replace(UUID, (uuid) => (known(uuid) ? uuid : '«id»'));
    },
  };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

const wholeOf = ({ headers, text }: Answer) => `${text}\n${JSON.stringify(headers)}`;
const written = ({ rows }: Settled) => [...rows.values()].flatMap((table) => [...table.values()]).join('\n');
