import { describe, expect, it } from 'vitest';
import { Lease } from '../../src/store/fleet/lease.js';
import { type Effect, Member, beatMessage } from '../../src/store/fleet/member.js';
import { decode, encode, encodeAcks } from '../../src/store/fleet/messages.js';
import { fleetSettings } from '../../src/store/fleet/settings.js';
import { Watch } from '../../src/store/fleet/watch.js';

const { trustMs, leaseMs, giveUpMs, beatMs } = fleetSettings;
const at = (mono: number, wall = mono): { mono: number; wall: number } => ({ mono, wall });

function member(serves = true): { member: Member; out: Effect[]; did: (kind: Effect['do']) => Effect[] } {
  const out: Effect[] = [];
  let ids = 0;
  const made = new Member({ settings: fleetSettings, serves, newId: () => `id${++ids}`, out: (effect) => out.push(effect) });
  return { member: made, out, did: (kind) => out.filter((effect) => effect.do === kind) };
}

/** A member that trusts from 0 on, under the id `id2` (the first one names its rounds). */
function joined(): ReturnType<typeof member> {
  const made = member();
  made.member.join();
  made.member.listening(at(0));
  made.member.heard(beatMessage('id2', 0), at(0));
  made.member.registered('id2');
  return made;
}

describe('messages', () => {
  it('come back as they were sent', () => {
    for (const message of [
      { is: 'beat', id: 'a', beat: 3 },
      { is: 'ask', round: 'r.1', tags: ['key:1', 'role:a/b'] },
      { is: 'changed', tags: 'everything' },
    ] as const) {
      expect(decode(encode(message))).toEqual(message);
    }
    expect(encodeAcks('a', ['r.1', 'r.2']).map(decode)).toEqual([{ is: 'ack', id: 'a', rounds: ['r.1', 'r.2'] }]);
  });

  it.each(['', 'null', '7', '{', '[]', '{"is":"new"}', '{"is":"ack","id":"a"}', '{"is":"beat","id":"a","beat":"1"}', '{"is":"ask","tags":["key:1"]}'])(
    'that cannot be read mean that everything has changed: %s',
    (text) => {
      expect(decode(text)).toEqual({ is: 'changed', tags: 'everything' });
    },
  );

  it.each(['{"is":"changed"}', '{"is":"changed","tags":[]}', '{"is":"changed","tags":["key:1",2]}', '{"is":"changed","tags":["kee:1"]}'])(
    'without tags that can be read mean everything: %s',
    (text) => {
      expect(decode(text)).toEqual({ is: 'changed', tags: 'everything' });
    },
  );

  it('fit into what the database takes, however much they are about', () => {
    const tags = Array.from({ length: 2_000 }, (_, index) => `key:${index}` as const);
    expect(decode(encode({ is: 'ask', round: 'r.1', tags }))).toEqual({ is: 'ask', round: 'r.1', tags: 'everything' });
    const rounds = Array.from({ length: 2_000 }, (_, index) => `asker.${index}`);
    const texts = encodeAcks('a', rounds);
    expect(texts.every((text) => Buffer.byteLength(text) < 8_000)).toBe(true);
    expect(texts.flatMap((text) => JSON.parse(text).rounds)).toEqual(rounds);
  });
});

describe('trust', () => {
  it('begins when the process hears itself and its row is stored, with everything dropped before', () => {
    const { member: made, out } = member();
    made.join();
    made.listening(at(0));
    expect(made.current(at(1))).toBe(false);
    made.heard(beatMessage('id2', 0), at(2));
    expect(made.current(at(3))).toBe(false);
    made.registered('id2');
    expect(made.current(at(4))).toBe(true);
    expect(out.map((effect) => effect.do)).toEqual(['listen', 'sound', 'register', 'drop']);
  });

  it('counts from before the beat was sent, and needs its storing and its hearing', () => {
    const { member: made } = joined();
    made.tick(at(beatMs));
    made.beaten('id2', 1, [], at(beatMs + 900));
    expect(made.current(at(trustMs))).toBe(false);
    made.heard(beatMessage('id2', 1), at(beatMs + 1_000));
    expect(made.current(at(beatMs + trustMs - 1))).toBe(true);
    expect(made.current(at(beatMs + trustMs))).toBe(false);
  });

  it('ends when the time of day has jumped, forward as after sleep or back', () => {
    const { member: made } = joined();
    expect(made.current(at(10, 10))).toBe(true);
    expect(made.current(at(10, trustMs))).toBe(false);
    expect(made.current(at(10, -1))).toBe(false);
  });

  it('ends at once with the row or with the listening session, and comes back under another id', () => {
    for (const end of [(made: Member) => made.beaten('id2', 1, undefined, at(beatMs)), (made: Member) => made.deaf()]) {
      const { member: made, did } = joined();
      made.tick(at(beatMs));
      end(made);
      expect(made.current(at(beatMs))).toBe(false);
      expect(did('leave')).toEqual([{ do: 'leave', ids: ['id2'] }]);
      made.listening(at(beatMs));
      made.heard(beatMessage('id3', 0), at(beatMs));
      expect(did('register').at(-1)).toEqual({ do: 'register', id: 'id3', former: ['id2'] });
      made.registered('id2');
      expect(made.current(at(beatMs))).toBe(false);
      made.registered('id3');
      expect(made.current(at(beatMs))).toBe(true);
    }
  });

  it('is not renewed by beats that nobody hears: one is sent, then the process takes itself out', () => {
    const { member: made, did } = joined();
    for (let beat = 1; beat <= 4; beat += 1) {
      made.tick(at(beat * beatMs));
      made.beaten('id2', 1, [], at(beat * beatMs));
    }
    expect(did('beat')).toHaveLength(1);
    expect(did('leave')).toHaveLength(1);
  });

  it('has no row for others to wait for, where the process cannot hear itself, as behind a pooler that shares sessions', () => {
    const { member: made, did } = member();
    made.join();
    made.listening(at(0));
    for (let beat = 1; beat <= 4; beat += 1) made.tick(at(beat * beatMs));
    expect(did('register')).toEqual([]);
    expect(did('listen')).toHaveLength(2);
  });

  it('is never given to an older incarnation by a late answer', () => {
    const lease = new Lease(
      fleetSettings,
      () => 'new',
      () => {},
    );
    lease.join();
    lease.listening(at(0));
    lease.heard('old', 0, at(0));
    lease.registered('old');
    expect(lease.current(at(1))).toBe(false);
  });
});

describe('a barrier', () => {
  const others = [
    { id: 'id2', beat: 1 },
    { id: 'p', beat: 1 },
    { id: 'q', beat: 1 },
  ];

  it('settles when all whose rows were there have answered, heard before or after the rows were read', () => {
    const { member: made, did } = joined();
    made.barrier(1, ['key:1'], at(10));
    made.heard('{"is":"ack","id":"p","rounds":["id1.1"]}', at(11));
    made.asked(others, at(12));
    expect(did('settle')).toEqual([]);
    made.heard('{"is":"ack","id":"q","rounds":["id1.0","id9.1"]}', at(13));
    expect(did('settle')).toEqual([]);
    made.heard('{"is":"ack","id":"q","rounds":["id1.1"]}', at(14));
    expect(did('settle')).toEqual([{ do: 'settle', barrier: 1 }]);
  });

  it('does not join a question that may have read the rows already', () => {
    const { member: made, did } = joined();
    made.barrier(1, ['key:1'], at(10));
    made.barrier(2, ['key:2'], at(10));
    made.barrier(3, ['key:3'], at(10));
    made.asked([], at(11));
    expect(did('settle')).toEqual([{ do: 'settle', barrier: 1 }]);
    made.asked([], at(12));
    expect(did('ask')).toHaveLength(2);
    expect(did('settle')).toHaveLength(3);
  });

  it('buries whoever shows no new beat for a lease, and goes on when the row is deleted', () => {
    const { member: made, did } = joined();
    made.barrier(1, ['key:1'], at(10));
    made.asked([{ id: 'p', beat: 1 }], at(12));
    made.tick(at(11 + leaseMs));
    expect(did('bury')).toEqual([]);
    expect(made.dueAt).toBeLessThanOrEqual(12 + leaseMs);
    made.tick(at(12 + leaseMs));
    expect(did('bury')).toEqual([{ do: 'bury', id: 'p', beat: 1 }]);
    expect(did('settle')).toEqual([]);
    made.buried('p', true);
    expect(did('settle')).toHaveLength(1);
  });

  it('counts nothing that was seen before its session ended: a crash may have lost beats', () => {
    const { member: made, did } = joined();
    made.barrier(1, ['key:1'], at(10));
    made.asked([{ id: 'p', beat: 1 }], at(12));
    made.sessionEnded();
    made.barrier(2, ['key:1'], at(12));
    made.tick(at(13 + leaseMs));
    made.asked([{ id: 'p', beat: 1 }], at(14 + leaseMs));
    expect(did('bury')).toEqual([]);
  });

  it('gives up after its time, and waits for nobody who has left', () => {
    const { member: made, did } = joined();
    made.barrier(1, ['key:1'], at(10));
    made.failed(did('ask')[0] ?? { do: 'listen' }, at(10));
    made.tick(at(11));
    expect(did('ask')).toHaveLength(1);
    made.tick(at(10 + giveUpMs));
    expect(did('give up')).toEqual([{ do: 'give up', barrier: 1 }]);
    made.barrier(2, ['key:1'], at(20_000));
    made.asked(others, at(20_001));
    made.tick(at(20_200));
    made.asked([], at(20_201));
    expect(did('settle')).toEqual([{ do: 'settle', barrier: 2 }]);
  });

  it('is asked for by a process without a lease too, which is never waited for', () => {
    const { member: made, did } = member(false);
    made.join();
    made.barrier(1, 'everything', at(0));
    made.listening(at(1));
    made.heard('{"is":"ask","round":"x.1","tags":["key:1"]}', at(2));
    expect(made.hasAnswers).toBe(false);
    made.asked([], at(3));
    expect(did('settle')).toHaveLength(1);
    expect(did('register')).toEqual([]);
    expect(made.current(at(3))).toBe(false);
  });

  it('is answered by others after they have dropped, once for all that a turn has heard, and again when asked again', () => {
    const { member: made, out, did } = joined();
    for (const round of ['x.1', 'y.1']) made.heard(encode({ is: 'ask', round, tags: ['key:1'] }), at(5));
    made.flush();
    expect(out.slice(-3).map((effect) => effect.do)).toEqual(['drop', 'drop', 'ack']);
    made.heard(encode({ is: 'ask', round: 'x.1', tags: ['key:1'] }), at(6));
    made.flush();
    expect(
      did('ack')
        .flatMap((effect) => (effect.do === 'ack' ? effect.messages : []))
        .map(decode),
    ).toEqual([
      { is: 'ack', id: 'id2', rounds: ['x.1', 'y.1'] },
      { is: 'ack', id: 'id2', rounds: ['x.1'] },
    ]);
  });
});

describe('a watch', () => {
  it('thinks nobody still who has a new beat, even a smaller one', () => {
    const watch = new Watch(leaseMs);
    watch.see([{ id: 'p', beat: 5 }], 0);
    watch.see([{ id: 'p', beat: 4 }], leaseMs - 1);
    expect(watch.still(leaseMs)).toEqual([]);
    expect(watch.still(2 * leaseMs)).toEqual([{ id: 'p', beat: 4 }]);
  });
});
