import { type Binding, type Context, Refusal, defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { newId } from '../ids.js';
import { type Database, type Db, bind } from '../tables.js';
import { OPEN_MS, closeProposal, openProposal } from './propose.js';

type Ctx = Context<Database>;

/** What both halves see: rows to read, and the call without its ways to write. */
export interface Looking {
  readonly db: Pick<Db, 'selectFrom'>;
  readonly context: Omit<Ctx, 'db' | 'tx' | 'enqueue' | 'changed'>;
}

/** What the half that writes has beside that. It runs in one unit of work: a refusal undoes all of it. */
export interface Making {
  readonly db: Db;
  /** Unix milliseconds, the same throughout. */
  readonly at: number;
  /** A new id of 24 hex digits. */
  newId(): string;
  readonly context: Ctx;
}

/**
 * Something that is proposed, confirmed and then made. One declaration is two operations, both tools and both under REST:
 * `<vertical>_propose_<noun>` (`POST <path>/propose`, 200) writes nothing and answers `{status: 'proposed', proposal_id, expires_at, preview}`;
 * `<vertical>_create_<noun>` (`POST <path>`, 201) takes the same parameters and, optionally, the `proposal_id`.
 *
 *     export const itemWrites = proposable({
 *       vertical: 'roulettes', noun: 'item', path: '/roulettes/items',
 *       title: 'a prize item', description: 'An item is a prize that people win at a roulette.',
 *       input: z.object({ name: line(120) }),
 *       preview: z.object({ name: z.string() }),
 *       look: ({ name }, { db }) => ({ name }),
 *       answer: created,
 *       make: async ({ name }, _preview, { db, newId, at }) => { …; return { _id, name, status: 'created' as const }; },
 *     });   // two bindings, for `operations` of the platform
 *
 * `look` holds every rule beyond the schema, and runs again before `make`, in the unit of work, so that what is made was true at that moment.
 * The input has no refinements of its own: they could not be joined with `proposal_id`. Both halves need the scope `<vertical>:write`, for a
 * proposal is the beginning of a write; the first is a read all the same, so that agents need not ask before they show it.
 */
export interface Proposable<In extends z.ZodObject, Preview extends z.ZodObject, Made extends z.ZodObject> {
  readonly vertical: 'roulettes' | 'supply' | 'learning' | 'flows';
  readonly noun: string;
  readonly path: string;
  /** With its article: `a prize item`. */
  readonly title: string;
  /** For agents: what the thing is, what to look up first. Stands in both tools, so one or two sentences. */
  readonly description: string;
  /** What else an agent needs to know to create. */
  readonly onCreate?: string;
  readonly input: In;
  readonly preview: Preview;
  readonly look: (input: z.output<In>, looking: Looking) => z.input<Preview> | Refusal | Promise<z.input<Preview> | Refusal>;
  readonly answer: Made;
  readonly make: (input: z.output<In>, preview: z.input<Preview>, making: Making) => Promise<z.input<Made> | Refusal>;
}

type Answer = Record<string, unknown>;
/** What the generic halves know of any of them. */
type Anything = Proposable<z.ZodObject, z.ZodObject, z.ZodObject>;

export function proposable<In extends z.ZodObject, Preview extends z.ZodObject, Made extends z.ZodObject>(
  declared: Proposable<In, Preview, Made>,
): readonly [Binding, Binding] {
  const write = declared as unknown as Anything;
  return [proposing(write), creating(write)];
}

const namesOf = ({ vertical, noun }: Anything) => ({ propose: `${vertical}_propose_${noun}`, create: `${vertical}_create_${noun}` });

function proposing(write: Anything): Binding {
  const { propose, create } = namesOf(write);
  const op = defineOperation({
    name: propose,
    title: `Propose ${write.title}`,
    description: `Previews ${write.title} and saves nothing. ${write.description} Show the preview to the user; once they confirm, call ${create} with the same arguments and the proposal_id.`,
    access: { scope: `${write.vertical}:write` },
    input: write.input,
    output: z.object({ status: z.literal('proposed'), proposal_id: z.string(), expires_at: timestamp(), preview: write.preview }),
    errors: ['not_found', 'conflict'],
    effect: 'read',
    rest: { method: 'POST', path: `${write.path}/propose` },
  });
  return bind(op, async (parameters, context) => {
    const preview = await write.look(parameters, { db: context.db, context });
    return preview instanceof Refusal ? preview : { status: 'proposed' as const, ...closeProposal(context, { operation: create, parameters }), preview };
  });
}

function creating(write: Anything): Binding {
  const { propose, create } = namesOf(write);
  const proposalId = z
    .string()
    .regex(/^[\w-]{90,200}$/, `Must be a proposal_id that ${propose} answered`)
    .optional()
    .describe(`From ${propose}, with the same arguments: confirmed again, it makes nothing twice`);
  const op = defineOperation({
    name: create,
    title: `Create ${write.title}`,
    description: `Saves ${write.title}. ${write.onCreate ?? write.description} Call ${propose} first, and this only when the user has confirmed the preview.`,
    access: { scope: `${write.vertical}:write` },
    input: write.input.extend({ proposal_id: proposalId }),
    output: write.answer,
    errors: ['not_found', 'conflict'],
    effect: 'create',
    rest: { method: 'POST', path: write.path },
  });
  return bind(op, async ({ proposal_id, ...parameters }, context) => {
    const number = typeof proposal_id === 'string' ? openProposal(context, { operation: create, parameters }, proposal_id) : undefined;
    if (number instanceof Refusal) return number;
    if (number !== undefined) await forget(context);
    return context.tx(({ db }) =>
      number === undefined ? made(write, parameters, db, context) : once(number, create, db, context, () => made(write, parameters, db, context)),
    );
  });
}

async function made(write: Anything, parameters: Record<string, unknown>, db: Db, context: Ctx): Promise<Answer | Refusal> {
  const preview = await write.look(parameters, { db, context });
  if (preview instanceof Refusal) return preview;
  return write.make(parameters, preview, { db, at: context.now(), newId: () => newId(context.id()), context });
}

/** Units of one business come one after another: who finds no confirmation makes it. */
async function once(number: string, operation: string, db: Db, context: Ctx, make: () => Promise<Answer | Refusal>): Promise<Answer | Refusal> {
  const earlier = await db.selectFrom('confirmations').select('answer').where('id', '=', number).executeTakeFirst();
  if (earlier !== undefined) return earlier.answer;
  const answer = await make();
  if (answer instanceof Refusal) return answer;
  await db.insertInto('confirmations').values({ id: number, operation, answer, confirmed_at: context.now() }).execute();
  return answer;
}

/** A confirmation is needed for as long as its proposal is open, and a little longer where clocks differ. */
async function forget({ db, now }: Ctx): Promise<void> {
  await db
    .deleteFrom('confirmations')
    .where('confirmed_at', '<', now() - OPEN_MS - 3_600_000)
    .execute();
}
