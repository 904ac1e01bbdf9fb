import type { Refusal } from '@gatehouse/contract';
import type { Html } from '../domain/html.js';
import type { TableDef } from '../domain/tables.js';
import type { Store } from '../store/store.js';
import type { DatabaseOf } from '../store/unit.js';
import { type MeansOptions, type PlatformMeans, sealedFor } from './means.js';
import { jobInput } from './jobs.js';
import type { Context } from './types.js';

/** A page that anybody may look at. It is sent in our own look, without scripts, framed by nobody and kept by no cache. */
export interface PublicPage {
  readonly title: string;
  readonly body: Html;
  /** What it is written in (BCP 47). @default 'en' */
  readonly language?: string;
  /** @default 200 */
  readonly status?: number;
  /** Where, beside us, an answer to its form may lead: origins, or `https:` for any (Content Security Policy, `form-action`). */
  readonly formsLeadTo?: readonly string[];
}

/** On to another place, by GET: `https:`, or a path of our own. */
export interface Onward {
  readonly goTo: string;
}

/** A `Refusal` is shown as a page with its status. */
export type PageAnswer = PublicPage | Onward | Error;

/** What a page is given: the tenant's tables, and who looks at it as far as that is anybody's business. */
export interface PageContext<Database = never> extends PlatformMeans, Pick<Context<Database>, 'db' | 'tx' | 'enqueue' | 'now' | 'id' | 'log'> {
  /** What stands in the path, by its names; never empty. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** What was sent, at most 16 KiB; empty where nothing is. Not checked: anybody sends anything. */
  readonly form: URLSearchParams;
  /** The path that was asked for, without its query. */
  readonly path: string;
  /** A hash that tells visitors apart: the same for a network and a browser within one UTC day and tenant. Neither can be told from it. */
  readonly visitor: string;
  /** Whether somebody looks at the answer: not with HEAD, nor where a browser fetches ahead. */
  readonly looked: boolean;
}

export type PageHandler<Database> = (context: PageContext<Database>) => PageAnswer | Promise<PageAnswer>;

/** A public page of every tenant, under a path outside of the API. */
export interface PageBinding {
  /** `/f/:tenant/:slug`. In the place of `:tenant` stands a name that says nothing of the tenant and belongs to it alone (`pageUrl`). */
  readonly path: string;
  readonly get: (context: never) => unknown;
  readonly post?: (context: never) => unknown;
}

export type BindPage<Database> = (
  path: string,
  page: { readonly get: PageHandler<Database> /** Takes its form. */; readonly post?: PageHandler<Database> },
) => PageBinding;

/** Joins a path to the functions that answer there, for pages whose `context.db` knows these tables. */
export function bindPagesTo<const Tables extends readonly TableDef[]>(_tables: Tables): BindPage<DatabaseOf<Tables>> {
  return (path, { get, post }) => ({ path, get, ...(post === undefined ? {} : { post }) });
}

/** One request for a page, its tenant known. */
export interface PageCall extends Pick<PageContext, 'parameters' | 'query' | 'form' | 'path' | 'visitor' | 'looked'> {
  readonly tenant: string;
  readonly requestId: string;
}

export interface PagesOptions {
  readonly store: Pick<Store, 'db' | 'tx'>;
  readonly means: MeansOptions;
  readonly addJob: (of: { readonly tenant: string; readonly user: null; readonly name: string; readonly input: string }, delayMs: number) => Promise<void>;
  readonly wakeJobs: () => void;
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: (event: object) => void;
}

/** Asks a page's function. */
export type RunPage = (handler: PageBinding['get'], call: PageCall) => Promise<PublicPage | Onward | Refusal | Error>;

export function pagesOver(options: PagesOptions): RunPage {
  return async (handler, call) => {
    const jobs = { asked: false };
    const answer = await handler(contextOf(call, options, jobs) as never);
    if (jobs.asked) options.wakeJobs();
    return answer as PageAnswer;
  };
}

function contextOf({ tenant, requestId, ...call }: PageCall, options: PagesOptions, jobs: { asked: boolean }): PageContext {
  const { store, means, addJob, now, newId, log } = options;
  return {
    ...call,
    db: store.db(tenant),
    tx: (work) => store.tx(tenant, work),
    async enqueue(job, input, { delaySeconds = 0 } = {}) {
      jobs.asked = true;
      await addJob({ tenant, user: null, name: job.name, input: jobInput(job, input) }, delaySeconds * 1000);
    },
    now,
    id: newId,
    log: (event) => log({ ...event, request_id: requestId }),
    settings: means.settings,
    sealed: sealedFor(tenant, means.seal),
    egress: means.egress,
    pageUrl: (path, parameters) => means.pageUrl(tenant, path, parameters),
    randomInt: means.randomInt,
  };
}
