import type { Principal } from '../../../src/domain/principal.js';
import { PrincipalCache } from '../../../src/services/principal-cache.js';
import type { Instant } from '../../../src/store/fleet/lease.js';
import { type Effect, Member } from '../../../src/store/fleet/member.js';
import type { Tags } from '../../../src/store/fleet/messages.js';
import { Clocks } from './clocks.js';
import type { SimDatabase } from './database.js';
import { Hands, type Owner } from './hands.js';
import type { SimRequest, SimRevocation, World } from './rules.js';

type Task = { readonly run: () => void; readonly request: boolean };

/** One process: the real core and the real cache, on simulated sessions. It can stop at any step and be gone at any step. */
export class SimProcess implements Owner {
  readonly clocks: Clocks;
  readonly member: Member;
  readonly hands: Hands;
  /** Not one packet of it arrives anywhere. */
  isolated = false;
  alive = true;
  readonly #world: World;
  readonly #cache = new PrincipalCache(64);
  readonly #barriers = new Map<number, SimRevocation>();
  #count = 0;
  #epoch = 0;
  #paused = 0;
  #backlog: Task[] = [];
  #timer = 0;
  #confirmed: { readonly from: Instant; readonly at: number } | undefined;

  constructor(world: World, name: string) {
    const { time, random, settings } = world;
    this.#world = world;
    this.clocks = new Clocks(time, random.between(0.97, 1.03), random.between(0, 1e6));
    this.member = new Member({ settings, serves: true, newId: () => `${name}-${++this.#count}`, out: (effect) => this.#carryOut(effect) });
    this.hands = new Hands(world, this);
    this.do(() => {
      this.hands.open();
      this.member.join();
    });
  }

  now(): Instant {
    return this.clocks.now();
  }

  /** One turn of the process, now or when it goes on. */
  do(run: () => void, request = false): void {
    if (!this.alive) return;
    if (this.#paused > 0) {
      this.#backlog.push({ run, request });
      return;
    }
    run();
    this.#endOfTurn();
  }

  pause(milliseconds: number, asleep = false): void {
    const { time, random } = this.#world;
    this.#paused += 1;
    time.after(milliseconds, () => {
      if (asleep) this.clocks.slept(milliseconds);
      this.#paused -= 1;
      if (this.#paused > 0) return;
      const tasks = this.#backlog;
      this.#backlog = [];
      // Which of the sockets is read first is chance.
      const sorted = random.chance(0.5) ? [...tasks.filter(({ request }) => request), ...tasks.filter(({ request }) => !request)] : tasks;
      for (const { run, request } of sorted) this.do(run, request);
      this.#endOfTurn();
    });
  }

  crash(): void {
    this.alive = false;
    this.hands.close();
  }

  isolate(milliseconds: number): void {
    this.isolated = true;
    this.hands.cut('listener', 'silently');
    this.hands.cut('control', 'silently');
    this.#world.time.after(milliseconds, () => {
      this.isolated = false;
    });
  }

  request(request: SimRequest): void {
    this.do(() => {
      const known = this.trusts() ? this.#cache.get(request.key) : undefined;
      if (known !== undefined) this.#world.accepted(request, 'cache');
      else this.#readThrough(request);
    }, true);
  }

  revoke(revocation: SimRevocation): void {
    const { key } = revocation;
    this.#elsewhere(
      (database) => database.revoke(key),
      () => {
        this.#drop([`key:${key}`]);
        this.#count += 1;
        this.#barriers.set(this.#count, revocation);
        revocation.barrierAt = this.#world.time.now;
        this.member.barrier(this.#count, [`key:${key}`], this.now());
      },
    );
  }

  trusts(): boolean {
    const { broken, settings, time } = this.#world;
    const now = this.now();
    const from = this.member.trustedFrom;
    if (broken === 'no lease') return from !== undefined;
    if (broken === 'trust counted from the answer') return from !== undefined && time.now - (this.#confirmed?.at ?? 0) < settings.trustMs;
    if (broken === 'time of day ignored') return from !== undefined && now.mono - from.mono < settings.trustMs;
    return this.member.current(now);
  }

  #readThrough(request: SimRequest): void {
    const epoch = this.#epoch;
    this.#elsewhere(
      (database) => !database.revoked.has(request.key),
      (live) => {
        if (!live) return this.#world.refused(request);
        this.#cache.set(request.key, principalOf(request.key), ['authorization'], this.#world.broken === 'no epochs' ? this.#epoch : epoch);
        this.#world.accepted(request, 'read');
      },
      () => this.#world.refused(request),
    );
  }

  /** A statement on another connection of the process, such as a pool's: it may take its time either way. */
  #elsewhere<T>(run: (database: SimDatabase) => T, then: (value: T) => void, otherwise: () => void = () => {}): void {
    const { time, random, database } = this.#world;
    const delay = (): number => (random.chance(0.03) ? random.between(0, 3_000) : random.between(0.1, 3));
    time.after(delay(), () => {
      if (!database.up || this.isolated) return this.do(otherwise);
      const value = run(database);
      time.after(delay(), () => this.do(() => (this.isolated ? otherwise() : then(value))));
    });
  }

  #drop(tags: Tags): void {
    if (tags === 'everything' && this.#world.broken === 'nothing dropped at joining') return;
    this.#epoch += 1;
    this.#cache.note(tags, this.#epoch);
  }

  #endOfTurn(): void {
    const { time, random } = this.#world;
    const from = this.member.trustedFrom;
    if (from !== undefined && from !== this.#confirmed?.from) this.#confirmed = { from, at: time.now };
    if (this.member.hasAnswers) time.after(random.between(0, 0.2), () => this.do(() => this.member.flush()));
    this.#timer += 1;
    const timer = this.#timer;
    const wait = this.clocks.until(this.member.dueAt);
    if (wait === Number.POSITIVE_INFINITY) return;
    time.after(wait + random.between(0.01, 1), () => {
      if (timer === this.#timer) this.do(() => this.member.tick(this.now()));
    });
  }

  #carryOut(effect: Effect): void {
    if (effect.do === 'listen') this.hands.listen();
    else if (effect.do === 'drop') this.#drop(effect.tags);
    else if (effect.do === 'settle' || effect.do === 'give up') this.#answer(effect.barrier, effect.do === 'settle' ? 'settled' : 'given up');
    else this.hands.carryOut(effect);
  }

  #answer(barrier: number, how: 'settled' | 'given up'): void {
    const revocation = this.#barriers.get(barrier);
    this.#barriers.delete(barrier);
    if (revocation !== undefined) this.#world.answered(revocation, how);
  }
}

function principalOf(key: string): Principal {
  const nothing = { has: () => false, grantable: () => false, consented: false, stepUp: () => undefined, covers: () => false, cacheKey: '' };
  return { tenant: 't', credential: { kind: 'key', id: key }, rights: nothing, dependsOn: ['tenant:t', `key:${key}`] };
}
