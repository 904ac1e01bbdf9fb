import { type Context, type Refusal, type RowOf, refuse } from 'gatehouse';
import type { Looking } from '../proposals/write.js';
import type { Database } from '../tables.js';
import type { flows } from './tables.js';

type Reads = Looking['db'];
export type Flow = RowOf<typeof flows>;

/** Where a flow's page is. */
export const FLOW_PAGE = '/f/:tenant/:slug';

/** The same for what another business has. */
export function unknownFlow(): Refusal {
  return refuse('not_found', 'There is no flow with this slug.', { next: 'Take slugs from flows_list_flows.' });
}

export function flowOf(db: Reads, slug: string) {
  return db.selectFrom('flows').selectAll().where('slug', '=', slug).executeTakeFirst();
}

/** Public addresses by slug: the business is looked up once, however many there are. */
export async function addresses({ pageUrl }: Pick<Context<Database>, 'pageUrl'>): Promise<(slug: string) => string> {
  const one = await pageUrl(FLOW_PAGE, { slug: 'x' });
  // A slug stands in an address as it is.
  return (slug) => one.slice(0, -1) + slug;
}

/** From 0 to 1, in ten-thousandths. Several people behind one network and browser are one visitor, so there can be more completions than visitors. */
export function conversionRate(completions: number, uniqueVisits: number): number {
  return uniqueVisits === 0 ? 0 : Math.min(1, Math.round((completions / uniqueVisits) * 10_000) / 10_000);
}

export function showFlow({ slug, name, is_active, completed_count, unique_visit_count, total_visit_count }: Flow, publicUrl: string) {
  return {
    ...{ slug, name, isActive: is_active, completedCount: completed_count, uniqueVisitCount: unique_visit_count, totalVisitCount: total_visit_count },
    ...{ conversionRate: conversionRate(completed_count, unique_visit_count), publicUrl },
  };
}

/** The name of the roulette or course that it leads to; undefined where there is none, or another business has it. */
export async function targetName(db: Reads, type: 'roulette' | 'course', id: string): Promise<string | undefined> {
  const found =
    type === 'roulette'
      ? await db.selectFrom('roulettes').select('name').where('id', '=', id).executeTakeFirst()
      : await db.selectFrom('courses').select('name').where('id', '=', id).executeTakeFirst();
  return found?.name;
}

type Redirecting = Pick<Flow, 'redirect_type' | 'redirect_id' | 'redirect_url'>;

export function showRedirect({ redirect_type: type, redirect_id, redirect_url }: Redirecting) {
  return { type, roulette_id: type === 'roulette' ? redirect_id : null, course_id: type === 'course' ? redirect_id : null, url: redirect_url };
}

export function showUtm({ utm_source, utm_campaign }: Pick<Flow, 'utm_source' | 'utm_campaign'>) {
  return { source: utm_source, campaign: utm_campaign };
}
