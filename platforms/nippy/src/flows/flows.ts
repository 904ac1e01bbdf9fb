import { Refusal, refuse, refuseField } from 'gatehouse';
import { z } from 'zod';
import { created, line } from '../fields.js';
import { type Looking, proposable } from '../proposals/write.js';
import * as fields from './fields.js';
import { FLOW_PAGE, flowOf, showRedirect, showUtm, targetName } from './store.js';
import { type RegistrationField, languages, redirectTypes } from './values.js';

const input = z.object({
  name: line(120),
  slug: fields.newSlug,
  description: z.string().trim().max(2000).default('').describe('Stands above the form'),
  language: z.enum(languages).default('en').describe('Of the page’s own words'),
  registration_fields: z
    .array(fields.registrationField)
    .min(1)
    .max(20)
    .meta({ examples: [[{ name: 'name' }, { name: 'phone', label: 'WhatsApp', type: 'phone', required: false }]] })
    .default([
      { name: 'name', label: null, type: 'text', required: true },
      { name: 'email', label: null, type: 'email', required: true },
    ])
    .describe('What the form asks for'),
  redirect_type: z.enum(redirectTypes).default('link').describe('Where people go on to; link needs redirect_url, the others redirect_id'),
  redirect_id: fields.redirectId.describe('A roulette’s or course’s _id; not with link'),
  redirect_url: fields.httpsUrl
    .nullable()
    .default(null)
    .describe('https only; with a roulette or course it is told their id, without one a page of ours says what comes next'),
  utm_source: line(100).nullable().default(null).describe('Handed on as utm_source'),
  utm_campaign: line(100).nullable().default(null).describe('Handed on as utm_campaign'),
  is_active: z.boolean().default(true).describe('Whether the page is open to the public'),
});

type Asked = z.output<typeof input>;

export const flowWrites = proposable({
  vertical: 'flows',
  noun: 'flow',
  path: '/flows',
  title: 'a flow',
  description:
    'A flow is a public page with a registration form that leads on to a roulette, a course or a link. It is a scaffold: the rest is set up in the console.',
  input,
  preview: z.object({
    slug: z.string().describe('Free now. One that was made from the name gives way to another where it is taken by then; the answer says which'),
    name: z.string(),
    description: z.string(),
    language: z.enum(languages),
    isActive: z.boolean(),
    registrationFields: z.array(fields.shownField),
    redirect: fields.shownRedirect.extend({ leadsTo: z.string().nullable().describe('The name of the roulette or course') }),
    utm: fields.shownUtm,
    finishInConsole: fields.unfinished,
  }),
  async look(flow, looking) {
    const fault = faultOf(flow);
    if (fault !== undefined) return fault;
    const leadsTo = await targetOf(flow, looking);
    if (leadsTo instanceof Refusal) return leadsTo;
    const slug = await freeSlug(flow, looking);
    if (slug instanceof Refusal) return slug;
    return {
      ...{
        slug,
        name: flow.name,
        description: flow.description,
        language: flow.language,
        isActive: flow.is_active,
        registrationFields: flow.registration_fields.map(shown),
      },
      ...{ redirect: { ...showRedirect(flow), leadsTo }, utm: showUtm(flow), finishInConsole: [...fields.UNFINISHED] },
    };
  },
  answer: created.extend({ slug: z.string(), isActive: z.boolean(), publicUrl: z.string(), finishInConsole: fields.unfinished }),
  async make(flow, { slug, registrationFields }, { db, newId, at, context }) {
    const id = newId();
    await db
      .insertInto('flows')
      .values({ ...flow, id, slug, registration_fields: registrationFields, created_at: at })
      .execute();
    const publicUrl = await context.pageUrl(FLOW_PAGE, { slug });
    return { _id: id, name: flow.name, status: 'created' as const, slug, isActive: flow.is_active, publicUrl, finishInConsole: [...fields.UNFINISHED] };
  },
});

/** What is wrong with it in itself. */
function faultOf({ registration_fields, redirect_type, redirect_id, redirect_url }: Asked): Refusal | undefined {
  const names = registration_fields.map(({ name }) => name);
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice !== -1) return refuseField(`registration_fields.${twice}.name`, 'Is there already');
  if (redirect_type === 'link') {
    if (redirect_url === null) return refuseField('redirect_url', 'Required where redirect_type is link');
    return redirect_id === null ? undefined : refuseField('redirect_id', 'Not where redirect_type is link');
  }
  return redirect_id === null ? refuseField('redirect_id', `Required where redirect_type is ${redirect_type}`) : undefined;
}

/** The name of what it leads to; null for a link. Unknown and another business's are alike. */
async function targetOf({ redirect_type, redirect_id }: Asked, { db }: Looking): Promise<string | null | Refusal> {
  if (redirect_type === 'link' || redirect_id === null) return null;
  const list = redirect_type === 'roulette' ? 'roulettes_list_roulettes' : 'learning_list_courses';
  return (
    (await targetName(db, redirect_type, redirect_id)) ??
    refuse('not_found', `redirect_id: There is no ${redirect_type} with this id.`, { next: `Take ids from ${list}.` })
  );
}

const TRIES = 50;

/** The one that was asked for, or the first that is free of those that the name gives. */
async function freeSlug({ slug, name }: Asked, { db }: Looking): Promise<string | Refusal> {
  if (slug !== null) return (await flowOf(db, slug)) === undefined ? slug : refuse('conflict', `There is a flow with the slug "${slug}" already.`);
  const plain = slugOf(name);
  for (let n = 1; n <= TRIES; n++) {
    const tried = n === 1 ? plain : `${plain}-${n}`;
    if (fields.newSlug.safeParse(tried).success && (await flowOf(db, tried)) === undefined) return tried;
  }
  return refuse('conflict', 'There are too many flows of this name.', { next: 'Choose a slug.' });
}

/** `Promoción de Verano` → `promocion-de-verano` */
function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return words.slice(0, fields.SLUG_LENGTH - 4).replace(/^-+|-+$/g, '') || 'flow';
}

/** `first_name` → `First name` */
function shown({ name, label, type, required }: z.output<typeof fields.registrationField>): RegistrationField {
  const words = name.replaceAll('_', ' ').trim();
  return { name, label: label ?? words.charAt(0).toUpperCase() + words.slice(1), type, required };
}
