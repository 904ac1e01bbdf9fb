import { isLoopbackHost } from '../egress-address.js';
import type { Egress, EgressAnswer, EgressFailure } from '../egress.js';
import { type ClientMetadata, isFault, readRegistration } from './registration.js';

export interface DocumentsOptions {
  readonly egress: Egress;
  /** Otherwise none is read: who was let in by one goes on with what was read then. */
  readonly taken: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Whether a document may come from this machine, over http: in development. */
  readonly allowLoopback: boolean;
  readonly log: (event: object) => void;
}

interface Read {
  /** undefined: there was none, or none that can be used. */
  readonly metadata: ClientMetadata | undefined;
  readonly freshUntil: number;
  /** Until when it is used still where a newer one cannot be had. */
  readonly usableUntil: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const URL_LENGTH = 1024;
const MAX_BYTES = 32 * 1024;
const REMEMBERED = 1000;
const FRESH_MS = 5 * MINUTE;

/**
 * Whether a client id is meant as the address of a metadata document: an https URL with a path, as `URL` itself writes it (OAuth Client ID
 * Metadata Document, section 3). http is for this machine.
 */
export function isDocumentUrl(id: string): boolean {
  if (id.length > URL_LENGTH || !/^https?:\/\/[!-~]+$/.test(id) || !URL.canParse(id)) return false;
  const url = new URL(id);
  const secure = url.protocol === 'https:' || isLoopbackHost(url.hostname);
  return secure && url.href === id && url.pathname !== '/' && url.hash === '' && url.username === '' && url.password === '';
}

/** Metadata documents of programs, by their address: remembered for a while, and the last good one used while its host is down. */
export class ClientDocuments {
  readonly #options: DocumentsOptions;
  readonly #known = new Map<string, Read>();
  readonly #underWay = new Map<string, Promise<Read>>();

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /** @param kept what was read when somebody let it in, for when nothing newer can be had */
  async read(url: string, kept?: ClientMetadata): Promise<ClientMetadata | undefined> {
    const { taken, now, allowLoopback } = this.#options;
    if (!taken) return kept;
    if (!url.startsWith('https:') && !allowLoopback) return undefined;
    const known = this.#known.get(url);
    if (known !== undefined && known.freshUntil > now()) return known.metadata ?? (known.usableUntil > now() ? kept : undefined);
    const running = this.#underWay.get(url) ?? this.#fetch(url, known);
    this.#underWay.set(url, running);
    try {
      const { metadata, usableUntil } = await running;
      return metadata ?? (usableUntil > now() ? kept : undefined);
    } finally {
      this.#underWay.delete(url);
    }
  }

  async #fetch(url: string, known: Read | undefined): Promise<Read> {
    const { egress, now, log } = this.#options;
    const answer = await egress.get(url, { maxBytes: MAX_BYTES });
    const at = now();
    const judged = judge(answer, url);
    const lasting = { freshUntil: at + MINUTE, usableUntil: at + DAY };
    let read: Read;
    if (!('wrong' in judged)) read = { metadata: judged, freshUntil: at + freshness(answer), usableUntil: at + DAY };
    else if (judged.passing)
      read = known?.metadata !== undefined && known.usableUntil > at ? { ...known, freshUntil: at + MINUTE } : { ...lasting, metadata: undefined };
    else read = { metadata: undefined, freshUntil: at + MINUTE, usableUntil: at };
    if ('wrong' in judged) log({ event: 'client_document_refused', host: new URL(url).host, reason: judged.wrong });
    if (this.#known.size >= REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? '');
    // Newest last, so that the oldest is the first to go.
    this.#known.delete(url);
    this.#known.set(url, read);
    return read;
  }
}

/** Why there is no document to go by, in a word for the log. `passing`: that says nothing of the document, so the last good one serves on. */
interface Fault {
  readonly wrong: string;
  readonly passing: boolean;
}

/** The document is no more. Any other status is the host's trouble, or its filter that turns us away and lets others through. */
const GONE: readonly number[] = [404, 410];
const UNREACHED: readonly EgressFailure[] = ['network', 'timed_out', 'unresolvable'];

function judge(answer: EgressAnswer, url: string): ClientMetadata | Fault {
  if (!answer.ok) return { wrong: answer.reason, passing: UNREACHED.includes(answer.reason) };
  if (answer.status !== 200) return { wrong: `status ${answer.status}`, passing: !GONE.includes(answer.status) };
  const read = readDocument(answer.body, url);
  return typeof read === 'string' ? { wrong: read, passing: false } : read;
}

function readDocument(body: Buffer, url: string): ClientMetadata | string {
  const document = parsed(body);
  if (typeof document !== 'object' || document === null) return 'no JSON object';
  if (!('client_id' in document) || document.client_id !== url) return 'client_id is not its address';
  // A secret that everybody can read is none (OAuth Client ID Metadata Document, section 4.1).
  if ('client_secret' in document || 'client_secret_expires_at' in document) return 'holds a secret';
  const metadata = readRegistration(document);
  if (isFault(metadata)) return metadata.text;
  // Required there, and for whoever is asked (MCP, Client ID Metadata Documents, Implementation Requirements).
  if (metadata.client_name === undefined) return 'has no client_name';
  return metadata.token_endpoint_auth_method.startsWith('client_secret') ? 'asks for a shared secret' : metadata;
}

/** `Cache-Control: max-age`, from a minute to a day. */
function freshness(answer: EgressAnswer): number {
  const seconds = answer.ok ? /(?:^|[\s,])max-age=(\d{1,9})/i.exec(answer.headers['cache-control'] ?? '')?.[1] : undefined;
  return seconds === undefined ? FRESH_MS : Math.min(Math.max(Number(seconds) * 1000, MINUTE), DAY);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
