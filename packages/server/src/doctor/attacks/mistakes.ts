import type { TableDef } from '../../domain/tables.js';
import type { Attempt } from '../attempt.js';
import { restRequest } from '../http.js';
import type { Administrator } from '../scratch/scratch.js';
import type { Settled } from '../world.js';
import { type Mistake, type Probe, type Way, probeOperation, ways } from './probe.js';
import { rawStatements, rawStatementsOnce } from './raw.js';
import { type Statement, reads } from './reads.js';
import { type Scene, sceneOf } from './scene.js';
import { writes } from './writes.js';

export interface MistakesOptions {
  readonly probe: Probe;
  readonly tables: readonly TableDef[];
  readonly administrator: Administrator;
  readonly attacker: Settled;
  readonly victim: Settled;
  /** Raw SQL has one layer, the database: where that is off, there is nothing to prove. */
  readonly raw: boolean;
}

/** Every mistake with every declared table, in a call of the attacker's: through `db`, in a unit, and as raw SQL; those of the first table that only read, in a snapshot too. */
export function mistakes(options: MistakesOptions): readonly Attempt[] {
  const { tables, administrator, attacker, victim } = options;
  const scenes = tables.map((table) => sceneOf(table, tables, administrator, attacker, victim)).filter((scene) => scene !== undefined);
  return scenes.flatMap((scene, i) => attemptsIn(scene, i === 0, options));
}

/** A snapshot binds what is read as `db` does, and only its connection is another: one table is enough. */
const usual = ways.filter((way) => way !== 'snapshot');

/** What raw SQL may change, where it is run at all. */
const WRITES = /insert|update|delete|replace|drop|create|truncate|into|alter|set|begin|do /;

function attemptsIn(scene: Scene, first: boolean, { probe, attacker, raw }: MistakesOptions): readonly Attempt[] {
  const sent = JSON.stringify(scene.foreign);
  const attempt = (attack: string, detail: string, changes: boolean, mistake: Mistake, by: readonly Way[] = usual): Attempt[] => {
    const number = probe.add(mistake);
    return by.map((way) => ({
      ...{ target: `handler on ${scene.table.name}`, attack, detail: `${way}, ${detail}`, changes },
      request: { ...restRequest(probeOperation, { mistake: number, way }, attacker.key), sent: '' },
    }));
  };
  const built = (statements: Readonly<Record<string, Statement>>, changes: boolean) =>
    Object.entries(statements).flatMap(([name, statement]) =>
      attempt(name, name, changes, async ({ db }) => statement(db, scene), first && !changes ? ways : usual),
    );
  const statements = raw ? Object.entries({ ...rawStatements(scene), ...(first ? rawStatementsOnce(scene) : {}) }) : [];
  return [
    ...built(reads, false),
    // What a write puts there itself, it may be told again.
    ...built(writes, true).map((one) => ({ ...one, request: { ...one.request, sent } })),
    ...statements.flatMap(([attack, list]) =>
      list.flatMap((sql) =>
        attempt(attack, sql, WRITES.test(sql), ({ unsafe }) => unsafe(sql)).map((one) => ({
          ...one,
          raw: true as const,
          request: { ...one.request, sent: sql },
        })),
      ),
    ),
  ];
}
