import type { Principal } from '../../domain/principal.js';
import type { Seal } from '../../domain/seal.js';
import type { Capability } from '../../runtime/client.js';
import type { Signal, Signals } from '../../runtime/types.js';
import { capabilitiesIn } from './client-capabilities.js';
import { isObject } from './message.js';
import { ownerOf } from './owner.js';

/** What a client of the initialize era said when it opened. It travels sealed in `Mcp-Session-Id`, so that every process can read it. */
export interface Session {
  readonly id: string;
  /** @see ownerOf */
  readonly owner: string;
  readonly tenant: string | null;
  readonly can: ReadonlySet<Capability>;
}

/** What a session has asked for since. Held in memory by every process that was there to hear it. */
export interface Wishes {
  /** The least of the levels that it wants to be told, as an index; undefined where it has not said. */
  level: number | undefined;
  /** URIs of resources. */
  readonly watched: Set<string>;
  ended: boolean;
}

/** What one process tells the others about a session. */
type Said =
  | { readonly is: 'level'; readonly level: number }
  | { readonly is: 'watch' | 'unwatch'; readonly uri: string }
  | { readonly is: 'end' }
  /** Who knows what this session wants? */
  | { readonly is: 'ask' };

const TOPIC = 'mcp.session';
const ABOUT = 'Mcp-Session-Id';
const LIFE_MS = 30 * 86_400_000;
/** Sessions read, and sessions that have wishes, that one process remembers; the oldest are forgotten first. */
const READ = 10_000;
const WISHING = 10_000;
/** Of one credential. */
const WISHING_OF_ONE = 64;
/** Resources that one session can watch. */
export const WATCHED = 256;
/** Characters of a URI that is watched: it is remembered, and callers choose it. */
export const WATCHED_LENGTH = 2_048;

export interface SessionsOptions {
  readonly seal: Seal;
  readonly signals: Signals;
  readonly newId: () => string;
  readonly now: () => number;
  readonly log: (event: object) => void;
}

/** Sessions of the initialize era: docs/decisions/0016. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #read = new Map<string, Session & { readonly until: number }>();
  readonly #onEnd: ((id: string) => void)[] = [];
  readonly #wishes = new Map<string, Wishes & { readonly owner: string }>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    options.signals.onSignal((signal) => this.#hear(signal));
  }

  /** The header's value for a client that has said in its `initialize` what it can do. */
  issue(principal: Principal, capabilities: unknown): string {
    const { seal, newId, now } = this.#options;
    const payload = { i: newId(), o: ownerOf(principal), t: principal.tenant, c: [...capabilitiesIn(capabilities)], u: now() + LIFE_MS };
    return seal.close(JSON.stringify(payload), ABOUT);
  }

  /** undefined: ended, expired, somebody else's or no session of ours. */
  read(header: string, principal: Principal): Session | undefined {
    const known = this.#read.get(header) ?? this.#open(header);
    if (known === undefined || known.owner !== ownerOf(principal) || known.until <= this.#options.now()) return undefined;
    return this.#wishes.get(known.id)?.ended === true ? undefined : known;
  }

  wishes(session: Session): Readonly<Wishes> | undefined {
    return this.#wishes.get(session.id);
  }

  setLevel(session: Session, level: number): void {
    this.#say(session, { is: 'level', level });
  }

  /** False where it watches too many already. */
  watch(session: Session, uri: string): boolean {
    const watched = this.#wishes.get(session.id)?.watched;
    if (watched !== undefined && watched.size >= WATCHED && !watched.has(uri)) return false;
    this.#say(session, { is: 'watch', uri });
    return true;
  }

  unwatch(session: Session, uri: string): void {
    this.#say(session, { is: 'unwatch', uri });
  }

  end(session: Session): void {
    this.#say(session, { is: 'end' });
  }

  /** Called with the id of a session that has ended, here or elsewhere. */
  onEnd(listener: (id: string) => void): void {
    this.#onEnd.push(listener);
  }

  /** For a session whose stream begins here, and which may have said what it wants elsewhere. */
  askAround(session: Session): void {
    if (!this.#wishes.has(session.id)) this.#tell(session, { is: 'ask' });
  }

  #open(header: string): (Session & { readonly until: number }) | undefined {
    const text = this.#options.seal.open(header, ABOUT);
    if (text === undefined) return undefined;
    const payload: unknown = JSON.parse(text);
    if (!isObject(payload)) return undefined;
    const { i: id, o: owner, t: tenant, c: can, u: until } = payload as { i: string; o: string; t: string | null; c: Capability[]; u: number };
    const session = { id, owner, tenant, can: new Set(can), until };
    if (this.#read.size >= READ) this.#read.clear();
    this.#read.set(header, session);
    return session;
  }

  #say(session: Session, said: Said): void {
    this.#apply(session.id, session.owner, said);
    this.#tell(session, said);
  }

  #tell({ id, owner, tenant }: Session, said: Said): void {
    if (tenant === null) return;
    const { signals, log } = this.#options;
    signals.send([{ tenant, topic: TOPIC, data: { id, owner, said } }]).catch((error: unknown) => log({ event: 'mcp.signal_failed', error }));
  }

  /** What this process said comes by here too, and says the same again. */
  #hear({ tenant, topic, data }: Signal): void {
    if (topic !== TOPIC || !isObject(data) || !isObject(data.said)) return;
    const { id, owner, said } = data as { readonly id: string; readonly owner: string; readonly said: Said };
    if (said.is !== 'ask') {
      this.#apply(id, owner, said);
      return;
    }
    const wishes = this.#wishes.get(id);
    if (wishes === undefined || wishes.owner !== owner) return;
    const session: Session = { id, owner, tenant, can: new Set() };
    if (wishes.level !== undefined) this.#tell(session, { is: 'level', level: wishes.level });
    for (const uri of wishes.watched) this.#tell(session, { is: 'watch', uri });
  }

  #apply(id: string, owner: string, said: Said): void {
    const wishes = this.#wishesOf(id, owner);
    if (said.is === 'level') wishes.level = said.level;
    else if (said.is === 'watch') wishes.watched.add(said.uri);
    else if (said.is === 'unwatch') wishes.watched.delete(said.uri);
    else if (said.is === 'end') {
      wishes.ended = true;
      wishes.watched.clear();
      for (const listener of this.#onEnd) listener(id);
    }
  }

  #wishesOf(id: string, owner: string): Wishes {
    const known = this.#wishes.get(id);
    if (known !== undefined) return known;
    this.#makeRoom(owner);
    const wishes = { owner, level: undefined, watched: new Set<string>(), ended: false };
    this.#wishes.set(id, wishes);
    return wishes;
  }

  /** One credential's sessions push out its own oldest first, and never another's. */
  #makeRoom(owner: string): void {
    const own = [...this.#wishes].filter(([, wishes]) => wishes.owner === owner);
    const [oldestOwn] = own;
    if (own.length >= WISHING_OF_ONE && oldestOwn !== undefined) this.#wishes.delete(oldestOwn[0]);
    else if (this.#wishes.size >= WISHING) for (const [oldest] of this.#wishes) return void this.#wishes.delete(oldest);
  }
}
