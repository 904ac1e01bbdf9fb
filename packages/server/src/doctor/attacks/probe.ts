import { defineOperation } from '@gatehouse/contract';
import { z } from 'zod';
import { bindTo } from '../../runtime/bind.js';
import type { Binding, Context } from '../../runtime/types.js';
import type { TenantDb } from '../../store/unit.js';

/** A facade whose tables nobody has typed. */
export type LooseDb = TenantDb<Record<string, Record<string, unknown>>>;

/** What a handler that is wrong does. */
export type Mistake = (way: { readonly db: LooseDb; readonly unsafe: Context['unsafe'] }) => Promise<unknown>;

/** The ways to its tables that a handler is given. */
export const ways = ['db', 'tx', 'snapshot'] as const;
export type Way = (typeof ways)[number];

/** An operation whose handler makes whichever mistake is asked for, within a call of whoever asks. */
export class Probe {
  readonly binding: Binding;
  readonly #mistakes: Mistake[] = [];

  constructor() {
    this.binding = bindTo([])(operation, async ({ mistake, way }, context) => {
      const make = this.#mistakes[mistake];
      if (make === undefined) throw new Error('There is no such mistake');
      const { unsafe } = context;
      try {
        const work = ({ db }: { readonly db: unknown }) => make({ db: db as LooseDb, unsafe });
        return { answer: told(await (way === 'db' ? work(context) : context[way](work))) };
      } catch (error) {
        return { refused: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
      }
    });
  }

  /** Learns a mistake, and answers the number to ask for it by. */
  add(mistake: Mistake): number {
    return this.#mistakes.push(mistake) - 1;
  }
}

const operation = defineOperation({
  name: 'isolation_probe',
  title: 'Isolation probe',
  description: 'Makes a mistake.',
  access: { scope: null, by: ['key'] },
  input: z.object({ mistake: z.int(), way: z.enum(ways) }),
  output: z.object({ answer: z.string().optional(), refused: z.string().optional() }),
  effect: 'update',
  rest: { method: 'POST', path: '/isolation-probe' },
  tool: false,
});

export { operation as probeOperation };

function told(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? 'nothing';
}
