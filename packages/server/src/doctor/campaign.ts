import type { Operation } from '@gatehouse/contract';
import type { Gatehouse } from '../app.js';
import type { TableDef } from '../domain/tables.js';
import type { Attempt } from './attempt.js';
import { mistakes } from './attacks/mistakes.js';
import { attemptsOn } from './attacks/operations.js';
import { type Probe, probeOperation } from './attacks/probe.js';
import { type Answer, type HttpClient, succeeded } from './http.js';
import { type Judge, judgeOf } from './judge.js';
import type { Finding, Tally } from './report.js';
import { type Administrator, type Scratch, emptyRows, settleRows } from './scratch/scratch.js';
import { type Base, type Settled, putBack } from './world.js';

export interface Campaign {
  readonly gatehouse: Gatehouse;
  readonly client: HttpClient;
  readonly probe: Probe;
  readonly tables: readonly TableDef[];
  readonly administrator: Administrator;
  readonly scratch: Pick<Scratch, 'kind'>;
  readonly attacker: Settled;
  readonly victim: Settled;
  /** Calls of the attacker's that succeed, by operation. */
  readonly bases: ReadonlyMap<string, Base>;
  readonly layers: string;
  /** Whether each is tried about things that never were as well: for what is remembered outside of the database. */
  readonly standIns: boolean;
  /** Which attacks are to be tried. */
  readonly only: (attempt: Attempt) => boolean;
  /** Raw statements that were refused are added. */
  readonly refused: Set<string>;
}

export interface Outcome {
  readonly tallies: readonly Tally[];
  readonly findings: readonly Finding[];
}

/** Attempts on one target by one attack, which are counted together. */
interface Group {
  readonly tally: Tally;
  readonly attempts: readonly Attempt[];
  /** What was answered while the victim was there. */
  readonly answers: string[];
}

/**
 * Everything is tried twice, in the same order and from the same state of the attacker's: while the victim is there, and when all of the
 * victim's is gone. Every answer must be the same both times, so that nothing of the victim's could have been learnt from it, and the
 * victim's rows must be the same after every attack.
 */
export async function campaign(options: Campaign): Promise<Outcome> {
  const { attacker, victim, gatehouse } = options;
  const judge = judgeOf(attacker, victim, gatehouse.platform.keys.prefix, options.tables);
  const findings: Finding[] = [];
  const groups = groupsOf(options);
  await settleRows(options.administrator, attacker.party, attacker.rows);
  for (const [i, group] of groups.entries()) await whileThere(group, options, judge, findings, mayHaveChanged(group, groups[i + 1]));
  await settleRows(options.administrator, victim.party, emptyRows);
  try {
    for (const [i, group] of groups.entries()) await whenGone(group, options, judge, findings, mayHaveChanged(group, groups[i + 1]));
  } finally {
    await settleRows(options.administrator, victim.party, victim.rows);
  }
  return { tallies: groups.map(({ tally }) => tally), findings };
}

/** After what writes that is looked at at once; after reads, when all of one target are done. */
function mayHaveChanged({ attempts, tally }: Group, next: Group | undefined): boolean {
  return next?.tally.target !== tally.target || attempts.some(({ changes }) => changes);
}

function groupsOf(options: Campaign): readonly Group[] {
  const { gatehouse, probe, tables, administrator, attacker, victim, layers, scratch, only } = options;
  const operations = gatehouse.operations.filter((op: Operation) => op !== probeOperation && op.name !== probeOperation.name);
  // Reads come first: what the attacker makes may be remembered, and a read would then tell of that.
  const readsFirst = [...operations.filter(({ effect }) => effect === 'read'), ...operations.filter(({ effect }) => effect !== 'read')];
  const attempts = [
    ...readsFirst.flatMap((op) => attemptsOn(op, options, attacker, victim, options.bases.get(op.name))),
    ...mistakes({ probe, tables, administrator, attacker, victim, raw: layers !== 'the facade alone' }),
  ];
  const groups = new Map<string, { tally: Tally; attempts: Attempt[]; answers: string[] }>();
  for (const attempt of attempts.filter(only)) {
    const { target, attack } = attempt;
    const key = `${target}\n${attack}`;
    const counts = { attempts: 0, leaks: 0, changes: 0, differences: 0, done: 0 };
    const group = groups.get(key) ?? { tally: { database: scratch.kind, layers, target, attack, ...counts }, attempts: [], answers: [] };
    groups.set(key, group);
    group.attempts.push(attempt);
    group.tally.attempts += 1;
  }
  return [...groups.values()];
}

/** Enough to see what is wrong. */
const SHOWN = 180;
const BEFORE = 40;
/** Of one target by one attack. */
const FINDINGS = 3;

async function whileThere(group: Group, options: Campaign, judge: Judge, findings: Finding[], look: boolean): Promise<void> {
  const { tally } = group;
  const note = noteIn(findings, tally);
  await each(group.attempts, options, (attempt, answer) => {
    group.answers.push(judge.normalised(attempt, answer));
    const leaked = judge.leaked(attempt, answer);
    if (leaked.length > 0) {
      tally.leaks += 1;
      note('leak', attempt.detail, leaked.join(', '));
    }
    const refused = isRefused(answer);
    if (succeeded(answer) && !refused) tally.done += 1;
    if (refused && attempt.raw === true) options.refused.add(attempt.detail.replace(/^(db|tx), /, ''));
  });
  if (options.standIns) await asIfNever(group, options, judge, note);
  if (!look) return;
  const changed = await settleRows(options.administrator, options.victim.party, options.victim.rows);
  tally.changes += changed;
  if (changed > 0) note('change', group.attempts.map(({ detail }) => detail).join('; '), `${changed} rows`);
}

/** The same about things that never were: what a handler remembers outside of the database is not gone with the victim's rows. */
async function asIfNever({ tally, attempts, answers }: Group, options: Campaign, judge: Judge, note: Note): Promise<void> {
  const asked = attempts.flatMap((attempt, index) => {
    const request = judge.standIn(attempt.request);
    return request === undefined ? [] : [{ ...attempt, request, index, original: attempt }];
  });
  await each(asked, options, ({ index, original, request }, answer) => {
    const before = answers[index] ?? '';
    const never = judge.normalised(original, judge.restored(request, answer));
    if (judge.same(before, never)) return;
    tally.differences += 1;
    note('difference', `${original.detail}, than about what never was`, parting(before, never));
  });
}

async function whenGone(group: Group, options: Campaign, judge: Judge, findings: Finding[], look: boolean): Promise<void> {
  const { tally, answers } = group;
  const note = noteIn(findings, tally);
  let index = 0;
  await each(group.attempts, options, (attempt, answer) => {
    const before = answers[index] ?? '';
    const after = judge.normalised(attempt, answer);
    index += 1;
    if (judge.same(before, after)) return;
    tally.differences += 1;
    note('difference', attempt.detail, parting(before, after));
  });
  if (look) await settleRows(options.administrator, options.victim.party, emptyRows);
}

/** Both, from a little before the place where they part. */
function parting(one: string, other: string): string {
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared += 1;
  const from = Math.max(0, shared - BEFORE);
  return `${one.slice(from, from + SHOWN)} ≠ ${other.slice(from, from + SHOWN)}`;
}

type Note = (is: Finding['is'], detail: string, seen: string) => void;

function noteIn(findings: Finding[], { database, layers, target, attack }: Tally): Note {
  let noted = 0;
  return (is, detail, seen) => {
    noted += 1;
    if (noted > FINDINGS) return;
    findings.push({ is, database, layers, target, attack, detail: detail.slice(0, SHOWN), seen: seen.slice(0, 2 * SHOWN + 3) });
  };
}

/** By the database or the facade, in a handler that went on. */
const isRefused = ({ text }: Answer) => text.startsWith('{"refused":');

/** Reads go side by side; after what changed something of the attacker's own, that is put back. */
const AT_ONCE = 8;

/** Those that only read, up to the next that may change something; that one alone. */
function nextTogether<A extends Attempt>(attempts: readonly A[], from: number): readonly A[] {
  const some = attempts.slice(from, from + AT_ONCE);
  const changing = some.findIndex(({ changes }) => changes);
  return changing === -1 ? some : some.slice(0, Math.max(1, changing));
}

async function each<A extends Attempt>(attempts: readonly A[], { attacker, ...place }: Campaign, judged: (attempt: A, answer: Answer) => void): Promise<void> {
  for (let at = 0; at < attempts.length; ) {
    const batch = nextTogether(attempts, at);
    const answers = await Promise.all(batch.map(({ request }) => place.client.send(request)));
    for (const [index, attempt] of batch.entries()) {
      const answer = answers[index];
      if (answer === undefined) continue;
      judged(attempt, answer);
      if (attempt.changes && succeeded(answer) && !isRefused(answer)) await putBack(place, attacker, attempt.target);
    }
    at += batch.length;
  }
}
