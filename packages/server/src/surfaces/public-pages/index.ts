import { type Failure, Refusal } from '@gatehouse/contract';
import { networkOf } from '../../domain/address.js';
import { linkTo } from '../../domain/html.js';
import { TENANT, type PageMatcher, matcherOf } from '../../domain/page-path.js';
import type { Visitor } from '../../domain/visitor.js';
import type { Bucket, Verdict } from '../../domain/window.js';
import type { Onward, PageBinding, PublicPage, RunPage } from '../../runtime/pages.js';
import { type UnavailableError, unavailable } from '../../domain/unavailable-error.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { notAllowed } from '../not-allowed.js';
import { failurePageOut } from '../pages/failure.js';
import { readForm } from '../pages/form.js';
import { pageOut } from '../pages/page.js';
import { seeOther } from '../pages/see-other.js';

export interface PublicPagesOptions {
  /** The platform's title. */
  readonly title: string;
  readonly pages: readonly PageBinding[];
  readonly run: RunPage;
  /** @throws what says that the database is out of reach */
  readonly tenantOf: (name: string) => Promise<string | undefined>;
  readonly visitorOf: (tenant: string, visitor: Visitor) => string;
  readonly take: (bucket: Bucket) => Verdict | undefined | Promise<Verdict | undefined>;
  readonly outOfReach: (error: unknown) => UnavailableError | undefined;
}

export interface PublicPagesSurface extends Surface {
  serves(path: string): boolean;
  /** What the transport found wrong, as a page. */
  refuse(failure: Failure, request: Pick<HttpIn, 'requestId'>): HttpOut;
}

/** What one address may ask for in a minute. Behind one may be a whole company, or everybody on a mobile network. */
const LOOKS = 600;
const FORMS = 60;

const NOBODYS: Failure = { code: 'not_found', text: 'There is no page at this address, or it is closed.' };

/** Pages of tenants that anybody may look at. They see no credential and set no cookie. */
export function createPublicPagesSurface(options: PublicPagesOptions): PublicPagesSurface {
  const pages = options.pages.map((page) => ({ page, match: matcherOf(page.path) }));
  const find = (path: string) => pages.find(({ match }) => match(path) !== undefined);
  const refuse: PublicPagesSurface['refuse'] = (failure, request) => failurePageOut(request, failure, { platform: options.title });
  return {
    name: 'pages',
    refuse,
    serves: (path) => find(path) !== undefined,
    async handle(request) {
      const found = find(request.path);
      if (found === undefined) return refuse(NOBODYS, request);
      const handler = handlerFor(request.method, found.page);
      if (handler === undefined) return notAllowed(request, found.page.post === undefined ? 'GET, HEAD' : 'GET, HEAD, POST', refuse);
      try {
        const answer = await answerOf(request, { ...found, handler }, options);
        const { path } = found.page;
        return {
          ...('code' in answer ? refuse(answer, request) : sent(request, answer)),
          log: { operation: path, ...('code' in answer ? { code: answer.code } : {}) },
        };
      } catch (error) {
        const outage = options.outOfReach(error);
        if (outage === undefined) throw error;
        return refuse(unavailable(outage, request.method === 'POST'), request);
      }
    },
  };
}

function handlerFor(method: string, { get, post }: PageBinding): PageBinding['get'] | undefined {
  if (method === 'POST') return post;
  return method === 'GET' || method === 'HEAD' ? get : undefined;
}

interface Asked {
  readonly page: PageBinding;
  readonly match: PageMatcher;
  readonly handler: PageBinding['get'];
}

async function answerOf(request: HttpIn, { match, handler }: Asked, options: PublicPagesOptions): Promise<PublicPage | Onward | Failure> {
  const { method, path, address, requestId } = request;
  const verdict = await options.take(bucketOf(method, address));
  if (verdict !== undefined && !verdict.allowed) return tooOften(verdict);
  const form = method === 'POST' ? readForm(request) : new URLSearchParams();
  if (!(form instanceof URLSearchParams)) return form;
  // NUL, which no text in a database holds.
  if (path.includes('%00')) return NOBODYS;
  const { [TENANT]: name = '', ...parameters } = match(path) ?? {};
  const tenant = await options.tenantOf(name);
  if (tenant === undefined) return NOBODYS;
  const answer = await options.run(handler, {
    ...{ tenant, requestId, parameters, form, path },
    query: new URLSearchParams(request.query),
    visitor: options.visitorOf(tenant, { address, userAgent: request.header('user-agent') }),
    looked: method !== 'HEAD' && !/\bprefetch\b|\bprerender\b/.test(request.header('sec-purpose') ?? request.header('purpose') ?? ''),
  });
  if (answer instanceof Refusal) return answer.failure;
  if (answer instanceof Error) throw answer;
  return answer;
}

function bucketOf(method: string, address: string): Bucket {
  const [what, limit] = method === 'POST' ? ['page-form', FORMS] : ['page', LOOKS];
  return { key: `address:${what}:${networkOf(address)}`, limit: Number(limit), periodSeconds: 60 };
}

function tooOften({ retryAfterSeconds }: Verdict): Failure {
  return { code: 'rate_limited', text: 'This was asked for too often from your network.', retryAfterSeconds, next: 'Try again in a minute.' };
}

function sent(request: HttpIn, answer: PublicPage | Onward): HttpOut {
  if (!('goTo' in answer)) return pageOut(request, answer);
  const address = linkTo(answer.goTo);
  // Nobody is sent from a page of ours over a way on which others read and write.
  if (address === null || address.startsWith('http:')) throw new Error('A public page may lead on to https: or to a path of our own.');
  return seeOther(request, address);
}
