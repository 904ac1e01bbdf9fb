import { EgressError, type EgressFailure, type PlatformMeans, type Refusal, refuse } from 'gatehouse';
import { type Endpoint, authorized } from '../provider-keys/providers.js';
import { type Dialect, type Prompt, dialectOf } from './dialects.js';
import { eventsIn } from './events.js';

export interface Written {
  readonly text: string;
  /** The model had no room for the rest. */
  readonly truncated: boolean;
}

export interface Asked {
  readonly endpoint: Endpoint;
  readonly key: string;
  readonly model: string;
  readonly prompt: Prompt;
  readonly signal: AbortSignal;
  /** Unix milliseconds. */
  readonly now: number;
}

/** For the whole of it; below the operation's own limit, so that the answer can say what took so long. */
const WRITING_MS = 170_000;
const SILENCE_MS = 60_000;
const MOST_BYTES = 4 * 1024 * 1024;

/** What the model writes. Whatever a provider says beside it is not repeated: it may hold parts of the key. */
export async function write(asked: Asked, egress: PlatformMeans['egress']): Promise<Written | Refusal> {
  const { endpoint, key, model, prompt, signal } = asked;
  const dialect = dialectOf(endpoint);
  const answer = await egress.stream(endpoint.url + dialect.path, {
    method: 'POST',
    headers: { ...authorized(endpoint, key), 'content-type': 'application/json' },
    accept: 'text/event-stream, application/json',
    body: JSON.stringify(dialect.request(model, prompt)),
    timeoutMs: WRITING_MS,
    idleMs: SILENCE_MS,
    maxBytes: MOST_BYTES,
    signal,
  });
  if (!answer.ok) return unanswered(endpoint, answer.reason);
  try {
    if (answer.status !== 200) return await turnedAway(asked, answer);
    const streamed = /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '');
    const written = streamed ? await gathered(answer.body, dialect) : await atOnce(answer.body, dialect);
    if (written === 'failed') return failed(endpoint, 'gave up in the middle of its answer');
    if (written === 'cut off') return failed(endpoint, 'broke off in the middle of its answer');
    return written === 'malformed' || written.text.trim() === '' ? failed(endpoint, 'gave an answer that cannot be read') : written;
  } catch (error) {
    if (error instanceof EgressError) return unanswered(endpoint, error.reason);
    throw error;
  }
}

type Outcome = Written | 'failed' | 'cut off' | 'malformed';

async function gathered(body: AsyncIterable<Buffer>, { event }: Dialect): Promise<Outcome> {
  let text = '';
  for await (const data of eventsIn(body)) {
    const piece = event(data);
    if (piece === undefined) return 'malformed';
    if (piece.failed) return 'failed';
    text += piece.text ?? '';
    if (piece.end !== undefined) return { text: storable(text), truncated: piece.end === 'cut' };
  }
  return 'cut off';
}

async function atOnce(body: AsyncIterable<Buffer>, { whole }: Dialect): Promise<Outcome> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const piece = whole(Buffer.concat(chunks).toString('utf8'));
  if (piece === undefined) return 'malformed';
  return piece.failed ? 'failed' : { text: storable(piece.text ?? ''), truncated: piece.end === 'cut' };
}

/** Without what JSON can hold and a database cannot: NUL, and halves of characters. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

type Head = Extract<Awaited<ReturnType<PlatformMeans['egress']['stream']>>, { readonly ok: true }>;

async function turnedAway({ endpoint, model, now }: Asked, { status, headers, body }: Head): Promise<Refusal> {
  // Left at once: that closes the connection.
  for await (const _ of body) break;
  const { id, name } = endpoint;
  if (status === 401 || status === 403) return refuse('conflict', `${name} does not take your key.`, { next: `Set another with PUT /api/v1/user/byok/${id}.` });
  if (status === 402) return failed(endpoint, 'wants to be paid first', 'Look at your account there.');
  if (status === 404) return failed(endpoint, `does not know the model ${model}`, 'Name another with `model`.');
  if (status === 429) {
    return refuse('upstream_failed', `${name} takes no more requests with your key for now.`, {
      retryAfterSeconds: waitIn(headers, now) ?? 60,
      next: 'Try again later, or look at the limits of your account there.',
    });
  }
  if (status < 500) return failed(endpoint, `turned the request down with status ${status}`, 'Name another model, or look at your account there.');
  return refuse('upstream_failed', `${name} answered with status ${status}.`, {
    retryAfterSeconds: waitIn(headers, now) ?? 30,
    next: 'Try again shortly, or name another provider.',
  });
}

const LONGEST_WAIT = 86_400;

/** Seconds that a provider asks for: as many, or up to a time (RFC 9110, section 10.2.3). */
function waitIn({ 'retry-after': said = '' }: Head['headers'], now: number): number | undefined {
  const seconds = /^\d+$/.test(said) ? Number(said) : Math.ceil((Date.parse(said) - now) / 1000);
  return seconds > 0 ? Math.min(seconds, LONGEST_WAIT) : undefined;
}

function unanswered(endpoint: Endpoint, reason: EgressFailure): Refusal {
  if (reason === 'timed_out') return failed(endpoint, 'took too long', 'Try again later, or name another model.');
  if (reason === 'network' || reason === 'unresolvable') return failed(endpoint, 'cannot be reached, or broke off');
  if (reason === 'too_large') return failed(endpoint, 'wrote more than can be taken');
  return failed(endpoint, 'cannot be asked at the address that is configured', 'Tell the operator of this server.');
}

function failed({ name }: Endpoint, how: string, next = 'Try again later, or name another provider.'): Refusal {
  return refuse('upstream_failed', `${name} ${how}.`, { next });
}
