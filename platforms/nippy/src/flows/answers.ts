import { z } from 'zod';
import type { FieldType, Language, RegistrationField } from './values.js';
import { type Words, wordsIn } from './words.js';

/** Characters that a field takes, the browser's bound and ours. */
export const longest = (type: FieldType): number => (type === 'email' ? 254 : 200);

const email = z.email();
const date = z.iso.date();

const FITS: Readonly<Record<FieldType, (text: string) => boolean>> = {
  text: () => true,
  email: (text) => email.safeParse(text).success,
  phone: (text) => /^\+?\d{6,19}$/.test(text.replace(/[ ().-]/g, '')),
  number: (text) => /^-?\d{1,15}([.,]\d{1,6})?$/.test(text),
  date: (text) => date.safeParse(text).success,
};

export interface Read {
  /** What was filled in, by field; fields that were left empty are not there. */
  readonly answers: Readonly<Record<string, string>>;
  /** By field, in words for whoever filled it in. */
  readonly wrong: ReadonlyMap<string, string>;
}

/** Reads the fields that the flow has, and no others. */
export function readAnswers(fields: readonly RegistrationField[], form: URLSearchParams, language: Language): Read {
  const answers: Record<string, string> = {};
  const wrong = new Map<string, string>();
  for (const field of fields) {
    const text = (form.get(field.name) ?? '').trim();
    if (text !== '') answers[field.name] = text;
    const fault = faultOf(field, text, wordsIn[language]);
    if (fault !== undefined) wrong.set(field.name, fault);
  }
  return { answers, wrong };
}

function faultOf({ type, required }: RegistrationField, text: string, words: Words): string | undefined {
  if (text === '') return required ? words.missing : undefined;
  // Before any pattern sees it: what is bounded cannot take long to match.
  if (text.length > longest(type)) return words.tooLong(longest(type));
  if (/\p{Cc}/u.test(text)) return words.oneLine;
  return FITS[type](text) || type === 'text' ? undefined : words[type];
}

/** Whether the same was filled in, in whichever order. */
export function sameAnswers(one: Read['answers'], other: Read['answers']): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
