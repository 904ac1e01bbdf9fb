import { z } from 'zod';
import type { FieldType, RegistrationField } from './values.js';

/** Characters that a field takes, the browser's bound and ours. */
export const longest = (type: FieldType): number => (type === 'email' ? 254 : 200);

/** What is wrong with what stands in a field, in words for whoever filled it in. */
type Check = (text: string) => string | undefined;

const passes =
  (schema: z.ZodType, wrong: string): Check =>
  (text) =>
    schema.safeParse(text).success ? undefined : wrong;

const CHECKS: Readonly<Record<FieldType, Check>> = {
  text: () => undefined,
  email: passes(z.email(), 'This is no e-mail address.'),
  phone: (text) =>
    /^\+?\d{6,19}$/.test(text.replace(/[ ().-]/g, '')) ? undefined : 'This is no phone number. Write digits, with + and the country code in front.',
  number: passes(z.string().regex(/^-?\d{1,15}([.,]\d{1,6})?$/), 'This is no number.'),
  date: passes(z.iso.date(), 'This is no date. Write it as 2026-01-31.'),
};

export interface Read {
  /** What was filled in, by field; fields that were left empty are not there. */
  readonly answers: Readonly<Record<string, string>>;
  /** By field. */
  readonly wrong: ReadonlyMap<string, string>;
}

/** Reads the fields that the flow has, and no others. */
export function readAnswers(fields: readonly RegistrationField[], form: URLSearchParams): Read {
  const answers: Record<string, string> = {};
  const wrong = new Map<string, string>();
  for (const field of fields) {
    const text = (form.get(field.name) ?? '').trim();
    if (text !== '') answers[field.name] = text;
    const fault = text === '' ? missing(field) : faultOf(field, text);
    if (fault !== undefined) wrong.set(field.name, fault);
  }
  return { answers, wrong };
}

function missing({ required }: RegistrationField): string | undefined {
  return required ? 'Fill this in.' : undefined;
}

function faultOf({ type }: RegistrationField, text: string): string | undefined {
  // Before any pattern sees it: what is bounded cannot take long to match.
  if (text.length > longest(type)) return `Write at most ${longest(type)} characters.`;
  if (/\p{Cc}/u.test(text)) return 'Write one line, without special characters.';
  return CHECKS[type](text);
}

/** Whether the same was filled in, in whichever order. */
export function sameAnswers(one: Read['answers'], other: Read['answers']): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
