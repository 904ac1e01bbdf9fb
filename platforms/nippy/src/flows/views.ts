import { type Html, type PublicPage, html } from 'gatehouse';
import { type Read, longest } from './answers.js';
import type { Flow } from './store.js';
import type { RegistrationField } from './values.js';
import { type Words, wordsIn } from './words.js';

/** The hidden field that says which form it is: no field of a flow begins with an underscore. */
export const TOKEN = '_form';

const INPUT = { text: 'text', email: 'email', phone: 'tel', number: 'text', date: 'date' } as const;
/** What browsers fill in by themselves (HTML, section 4.10.18.7). */
const AUTOCOMPLETE: Readonly<Record<string, string>> = { name: 'name', first_name: 'given-name', last_name: 'family-name', city: 'address-level2' };
const BY_TYPE: Readonly<Record<string, string>> = { email: 'email', phone: 'tel' };

export interface FormView {
  readonly flow: Flow;
  /** The path that the form is sent to. */
  readonly action: string;
  readonly token: string;
  /** What was filled in, and what is wrong with it. */
  readonly read?: Read;
  /** What is wrong with the form as a whole. */
  readonly problem?: string;
}

export function formPage({ flow, action, token, read, problem }: FormView): PublicPage {
  const words = wordsIn[flow.language];
  const wrong = problem !== undefined || (read !== undefined && read.wrong.size > 0);
  return {
    language: flow.language,
    title: wrong ? `${words.problem}: ${flow.name}` : flow.name,
    body: html`<form class="card" method="post" action="${action}">
<h1><bdi>${flow.name}</bdi></h1>
${problem !== undefined && html`<p class="note bad" role="alert">${problem}</p>`}
${paragraphs(flow.description)}
${flow.registration_fields.map((field, i) => line(field, words, read, firstWrong(flow, read) === i))}
<input type="hidden" name="${TOKEN}" value="${token}">
<div class="buttons"><button class="strong">${words.register}</button></div>
</form>`,
    ...(wrong ? { status: 400 } : {}),
    ...(flow.redirect_url === null ? {} : { formsLeadTo: ['https:'] }),
  };
}

/** After a registration that leads to no other place. */
export function thanksPage({ name, language }: Flow, next: string | null): PublicPage {
  const words = wordsIn[language];
  return {
    language,
    title: `${words.registered}: ${name}`,
    body: html`<div class="card">
<h1>${words.registered}</h1>
<p class="note good" role="status">${words.arrived} <b><bdi>${name}</bdi></b></p>
${next !== null && html`<p>${words.next} <b><bdi>${next}</bdi></b></p>`}
</div>`,
  };
}

/** Sent before, with other answers. */
export function usedPage({ name, language }: Flow, action: string): PublicPage {
  const words = wordsIn[language];
  return {
    status: 409,
    language,
    title: `${words.sentAlready}: ${name}`,
    body: html`<div class="card">
<h1>${words.sentAlready}</h1>
<p>${words.firstCounts}</p>
<p><a href="${action}">${words.again}</a></p>
</div>`,
  };
}

function firstWrong({ registration_fields }: Flow, read: Read | undefined): number {
  return registration_fields.findIndex(({ name }) => read?.wrong.has(name) === true);
}

function line({ name, label, type, required }: RegistrationField, words: Words, read: Read | undefined, first: boolean): Html {
  const wrong = read?.wrong.get(name);
  const described = [wrong !== undefined && `${name}-wrong`, !required && `${name}-hint`].filter((id) => id !== false).join(' ');
  return html`<div class="field">
<label for="${name}"><bdi>${label}</bdi></label>
${wrong !== undefined && html`<p class="wrong" id="${name}-wrong">${wrong}</p>`}
<input id="${name}" name="${name}" type="${INPUT[type]}" maxlength="${longest(type)}" value="${read?.answers[name] ?? ''}"
 autocomplete="${BY_TYPE[type] ?? AUTOCOMPLETE[name] ?? 'off'}"${type === 'number' && html` inputmode="decimal"`}${required && html` required`}${
   described !== '' && html` aria-describedby="${described}"`
 }${wrong !== undefined && html` aria-invalid="true"`}${first && html` autofocus`}>
${!required && html`<p class="hint" id="${name}-hint">${words.optional}</p>`}
</div>`;
}

function paragraphs(text: string): readonly Html[] {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== '')
    .map((part) => html`<p><bdi>${part}</bdi></p>`);
}
