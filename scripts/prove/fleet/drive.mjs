// Three processes on one PostgreSQL, clients that revoke under load, and what can befall a fleet meanwhile.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../lib/postgres.mjs';
import { seeded } from '../lib/chance.mjs';
import { startIssuer } from '../lib/issuer.mjs';
import { client, newTally } from './clients.mjs';
import { startMember } from './member.mjs';

/** What befalls the fleet, each undone before the next. `strikes`: the process that is hit. */
const faults = {
  'one process killed': {
    strikes: 2,
    async strike({ members }, { pauseMs }) {
      await members[2].end('SIGKILL');
      await wait(pauseMs);
      await members[2].start();
    },
  },
  'one process paused': {
    strikes: 1,
    async strike({ members }, { pauseMs }) {
      members[1].signal('SIGSTOP');
      await wait(pauseMs);
      members[1].signal('SIGCONT');
    },
  },
  'one process cut off from notifications': {
    strikes: 0,
    async strike({ members }, { pauseMs }) {
      if (members[0].proxy.silence(/listen/) === 0) throw new Error('No session that listens was found to cut off');
      await wait(pauseMs);
      members[0].proxy.heal();
    },
  },
  'the database restarted': {
    strikes: undefined,
    async strike({ database }) {
      await database.stop('SIGINT');
      await wait(500);
      await database.start();
    },
  },
};

/**
 * @param {{ revocations: number, clients?: number, withFaults?: boolean, pauseMs?: number, seed?: number, durable?: boolean, restMs?: number, say?: (text: string) => void }} options
 * `pauseMs`: how long a fault lasts
 */
export async function driveFleet({ revocations, clients = 8, withFaults = true, pauseMs = 10_000, seed = 1, durable = true, restMs = 0, say = () => {} }) {
  const closing = [];
  try {
    const fleet = await startFleet(closing, durable);
    const tally = newTally({ members: fleet.members, token: fleet.token, random: seeded(seed), restMs });
    closing.push(() => tally.agent.destroy());
    const phases = [undefined, ...(withFaults ? Object.keys(faults) : [])];
    const share = Math.ceil(revocations / phases.length);
    for (const [n, fault] of phases.entries()) {
      tally.phase = fault ?? 'nothing befalls it';
      say(tally.phase);
      let over = fault === undefined;
      const befall = fault === undefined ? undefined : wait(pauseMs / 10).then(() => faults[fault].strike(fleet, { pauseMs }));
      const until = (n + 1) * share;
      void befall?.then(() => {
        over = true;
      });
      const running = Array.from({ length: clients }, (_, i) => client(tally, `client ${i}`, () => over && tally.revocations.length >= until));
      await Promise.all([...running, befall]);
    }
    return summary(tally, phases);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function startFleet(closing, durable) {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const database = await startPostgres({ durable });
  closing.push(() => database.close());
  const { default: nenjo } = await import('@gatehouse/nenjo');
  const { migratePostgres } = await import('../../../packages/server/dist/store/postgres/migrate.js');
  const { url: databaseUrl } = await migratePostgres({ adminUrl: database.adminUrl, tables: nenjo.tables, now: Date.now });
  const issuer = await startIssuer();
  closing.push(() => issuer.close());
  const environment = { GATEHOUSE_SECRET: randomBytes(32).toString('hex'), CLERK_ISSUER: issuer.url };
  const members = [];
  for (let n = 0; n < 3; n += 1) {
    members.push(await startMember({ databaseUrl, environment, cwd: folder }));
    closing.push(() => members[n].close());
  }
  return { database, members, token: issuer.token };
}

/** Apart are the revocations that were asked of the process that was struck: they wait as long as it does, or go elsewhere in the end. */
function summary(tally, phases) {
  const byPhase = phases.map((fault) => {
    const phase = fault ?? 'nothing befalls it';
    const struck = fault === undefined ? undefined : faults[fault].strikes;
    const all = tally.revocations.filter((one) => one.phase === phase);
    const times = all.filter(({ asked }) => struck === undefined || !asked.has(struck)).map(({ ms }) => ms);
    times.sort((a, b) => a - b);
    const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
    const accepted = tally.accepted.filter((one) => one.phase === phase).length;
    return { phase, revocations: all.length, medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1), ofStruckMs: Math.round(longest(all, struck)), accepted };
  });
  const { accepted, refusedAfter, probes, unavailable, unreachable } = tally;
  return { byPhase, revocations: tally.revocations.length, accepted, refusedAfter, probes, unavailable, unreachable };
}

function longest(all, struck) {
  return Math.max(0, ...all.filter(({ asked }) => struck !== undefined && asked.has(struck)).map(({ ms }) => ms));
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
