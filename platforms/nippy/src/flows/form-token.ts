import type { PageContext } from 'gatehouse';
import type { Database } from '../tables.js';

/** How long a form may be filled in. */
const OPEN_MS = 24 * 3_600_000;
const LONGEST_UTM = 100;

export interface Utm {
  readonly utm_source: string | null;
  readonly utm_campaign: string | null;
}

/** One form as it was shown: good for one registration. */
export interface Form extends Utm {
  /** Its number. */
  readonly form: string;
}

type Ctx = Pick<PageContext<Database>, 'sealed' | 'now' | 'id' | 'query'>;

/** What the address says of where somebody comes from. */
export function utmIn(query: URLSearchParams): Utm {
  const read = (name: string) =>
    query
      .get(name)
      ?.replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, LONGEST_UTM) || null;
  return { utm_source: read('utm_source'), utm_campaign: read('utm_campaign') };
}

/** A new form of a flow, for its hidden field: nobody else makes one, and no cookie is needed to know it again. */
export function newForm({ sealed, now, id }: Ctx, flow: string, { utm_source, utm_campaign }: Utm): string {
  return sealed.close(JSON.stringify([id(), now() + OPEN_MS, utm_source, utm_campaign]), about(flow));
}

/** undefined: it is no form of this flow, or too old. */
export function openForm({ sealed, now }: Ctx, flow: string, token: string): Form | undefined {
  const opened = sealed.open(token, about(flow));
  if (opened === undefined) return undefined;
  const [form, until, utm_source, utm_campaign] = JSON.parse(opened) as readonly [string, number, string | null, string | null];
  return until > now() ? { form, utm_source, utm_campaign } : undefined;
}

const about = (flow: string) => `registration form ${flow}`;
