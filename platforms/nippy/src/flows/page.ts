import { type Onward, type PageAnswer, type PageContext, type Refusal, refuse } from 'gatehouse';
import { type Database, bindPage } from '../tables.js';
import { readAnswers } from './answers.js';
import { newForm, openForm, utmIn } from './form-token.js';
import { register } from './registering.js';
import { FLOW_PAGE, type Flow, flowOf, targetName } from './store.js';
import { TOKEN, formPage, thanksPage, usedPage } from './views.js';
import { countVisit } from './visits.js';
import { wordsIn } from './words.js';

type Ctx = PageContext<Database>;

/** `?registered` on the flow's own page. */
const REGISTERED = 'registered';

/** The public page of a flow: a form without scripts and without cookies. */
export const flowPage = bindPage(FLOW_PAGE, { get: show, post: take });

async function show(context: Ctx): Promise<PageAnswer> {
  const flow = await openFlow(context);
  if (flow === undefined) return closed();
  if (context.query.has(REGISTERED) && flow.redirect_url === null) return thanksPage(flow, await nextOf(flow, context));
  if (context.looked) await countVisit(flow, context);
  return formPage({ flow, action: context.path, token: newForm(context, flow.id, utmIn(context.query)) });
}

async function take(context: Ctx): Promise<PageAnswer> {
  const flow = await openFlow(context);
  if (flow === undefined) return closed();
  const { form: sent, path: action } = context;
  const token = sent.get(TOKEN) ?? '';
  const form = openForm(context, flow.id, token);
  const read = readAnswers(flow.registration_fields, sent, flow.language);
  if (form === undefined) {
    const problem = wordsIn[flow.language].openTooLong;
    return formPage({ flow, action, token: newForm(context, flow.id, utmIn(context.query)), read, problem });
  }
  if (read.wrong.size > 0) return formPage({ flow, action, token, read });
  return (await register(flow, form, read.answers, context)) === 'used' ? usedPage(flow, action) : onward(flow, action);
}

/** A flow that is not active is as if it were not there. */
async function openFlow({ db, parameters }: Ctx): Promise<Flow | undefined> {
  const flow = await flowOf(db, parameters.slug ?? '');
  return flow?.is_active === true ? flow : undefined;
}

/** As of a business that is not there: Gatehouse's own words. */
function closed(): Refusal {
  return refuse('not_found', 'There is no page at this address, or it is closed.');
}

function onward({ redirect_type, redirect_id, redirect_url, utm_source, utm_campaign }: Flow, path: string): Onward {
  if (redirect_url === null) return { goTo: `${path}?${REGISTERED}` };
  const url = new URL(redirect_url);
  const more = { [`${redirect_type}_id`]: redirect_id, utm_source, utm_campaign };
  for (const [name, value] of Object.entries(more)) {
    if (value === null) continue;
    // To set one writes all of them anew, which an address that is signed does not survive.
    if (url.searchParams.has(name)) url.searchParams.set(name, value);
    else url.search += `${url.search === '' ? '?' : '&'}${new URLSearchParams({ [name]: value })}`;
  }
  return { goTo: url.href };
}

/** The name of the roulette or course that it leads to. */
async function nextOf({ redirect_type, redirect_id }: Flow, { db }: Ctx): Promise<string | null> {
  if (redirect_id === null || redirect_type === 'link') return null;
  return (await targetName(db, redirect_type, redirect_id)) ?? null;
}
