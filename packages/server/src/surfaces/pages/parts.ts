import { brief } from '@gatehouse/contract';
import { type Html, html } from './html.js';
import type { Wrong } from './views.js';

/** Whose page this is. */
export function brand(platform: string): Html {
  return html`<p class="brand"><bdi>${platform}</bdi></p>`;
}

/** What is wrong with the form as a whole. */
export function error({ text }: Wrong): Html {
  return html`<p class="note bad" role="alert" id="wrong">${text}</p>`;
}

export interface Field {
  readonly name: string;
  readonly type: 'email' | 'text';
  readonly label: string;
  readonly autocomplete: string;
  readonly hint: string;
  readonly wrong?: Wrong | undefined;
}

/** One line to fill in. Where something is wrong with it, the reader starts there. */
export function field({ name, type, label, autocomplete, hint, wrong }: Field): Html {
  return html`<div class="field">
<label for="${name}">${label}</label>
${wrong !== undefined && html`<p class="wrong" id="${name}-wrong">${wrong.text}</p>`}
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" maxlength="254" required
 value="${wrong?.typed ?? ''}" aria-describedby="${wrong !== undefined && `${name}-wrong `}${name}-hint"${wrong !== undefined && html` aria-invalid="true" autofocus`}>
<p class="hint" id="${name}-hint">${hint}</p>
</div>`;
}

/** A moment in words, in UTC: the server does not know the reader's time zone. */
export function moment(at: number): Html {
  const date = new Date(at);
  const words = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  }).format(date);
  return html`<time datetime="${date.toISOString()}">${words} UTC</time>`;
}

const NAME_LENGTH = 80;

/** A name as a program gave it to itself: see `legible`. */
export function programName(said: string): string {
  return legible(said) || 'A program without a name';
}

/** A name that somebody gave to a space. */
export function spaceName(said: string): string {
  return legible(said) || 'A space without a name';
}

/** One line that reads as it is stored: nothing unseen, nothing that turns the reading direction, no marks that pile up over other lines. */
function legible(said: string): string {
  const line = said
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]+/gu, ' ')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return brief(line, NAME_LENGTH);
}
