import type { z } from 'zod';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
  object: 'an object',
  record: 'an object',
  map: 'an object',
  null: 'null',
  date: 'a date',
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'a UUID, such as 123e4567-e89b-42d3-a456-426614174000',
  guid: 'a UUID, such as 123e4567-e89b-42d3-a456-426614174000',
  email: 'an e-mail address, such as ann@example.com',
  url: 'a URL, such as https://example.com',
  datetime: 'a time in ISO 8601, such as 2026-01-31T09:30:00Z',
  date: 'a date in ISO 8601, such as 2026-01-31',
  time: 'a time of day in ISO 8601, such as 09:30:00',
  duration: 'a duration in ISO 8601, such as PT1H',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'a range of IPv4 addresses, such as 10.0.0.0/8',
  cidrv6: 'a range of IPv6 addresses, such as fd00::/8',
  base64: 'Base64',
  base64url: 'Base64 for URLs',
  e164: 'a telephone number, such as +14155550123',
  jwt: 'a JWT',
};

const VALUES = 40;

export const UNKNOWN_FIELD = 'Unknown field';

/** What a value is, in the words of JSON. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return String(value);
  return KINDS[typeof value] ?? 'something else';
}

/**
 * What is wrong with a value, in plain words: what is expected, and what came. A value that came is never repeated: it may be
 * long, or a secret. A schema's own words win over these.
 */
export const explain: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return mistyped(issue.expected, formatOf(issue), input);
    case 'invalid_value':
      return misvalued(issue.values, input);
    case 'too_small':
    case 'too_big':
      return missized(issue);
    case 'invalid_format':
      return `Must ${misformatted(issue)}`;
    case 'not_multiple_of':
      return `Must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return input === undefined ? 'Required' : union(issue, input);
    case 'invalid_key':
      return 'Has a name that is not allowed here';
    default:
      return 'Is not valid';
  }
};

/** The format of a string or a number, where its schema has one. */
function formatOf({ inst }: RawIssue): string {
  return (inst as { readonly _zod?: { readonly def?: { readonly format?: string } } } | undefined)?._zod?.def?.format ?? '';
}

function mistyped(expected: string, format: string, input: unknown): string {
  const kind = expected === 'number' && /int/.test(format) ? KINDS['int'] : KINDS[expected];
  if (expected === 'never') return 'Must be left out';
  if (input === undefined) return kind === undefined ? 'Required' : `Required, ${(expected === 'string' ? FORMATS[format] : undefined) ?? kind}`;
  const came = expected === 'int' && typeof input === 'number' ? 'a fraction' : kindOf(input);
  return kind === undefined ? `Cannot be ${came}` : `Expected ${kind}, not ${came}`;
}

function misvalued(values: readonly unknown[], input: unknown): string {
  const shown = values.slice(0, VALUES).map((value) => (typeof value === 'string' ? value : String(value)));
  const more = values.length - shown.length;
  const list = `${values.length === 1 ? '' : 'one of '}${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  if (input === undefined) return `Required, ${list}`;
  return typeof input === typeof values[0] ? `Must be ${list}` : `Must be ${list}, not ${kindOf(input)}`;
}

type Missized = Extract<RawIssue, { code: 'too_small' | 'too_big' }>;

function missized(issue: Missized): string {
  const { origin, input, exact } = issue;
  const [bound, edge] = issue.code === 'too_small' ? [issue.minimum, 'at least'] : [issue.maximum, 'at most'];
  const strict = issue.code === 'too_small' ? 'more than' : 'less than';
  const much = exact === true ? 'exactly' : issue.inclusive === false ? strict : edge;
  const length = typeof input === 'string' || Array.isArray(input) ? input.length : undefined;
  if (origin === 'string') {
    if (length === 0 && issue.code === 'too_small') return 'Must not be empty';
    return `Must be ${much} ${counted(bound, 'character')} long${length === undefined ? '' : `, not ${length}`}`;
  }
  if (origin === 'array' || origin === 'set') return `Must have ${much} ${counted(bound, 'item')}${length === undefined ? '' : `, not ${length}`}`;
  if (origin === 'object' || origin === 'record' || origin === 'map') return `Must have ${much} ${counted(bound, 'field')}`;
  return `Must be ${much} ${bound}${typeof input === 'number' ? `, not ${input}` : ''}`;
}

function counted(count: number | bigint, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function misformatted(issue: Extract<RawIssue, { code: 'invalid_format' }>): string {
  const given = issue as { readonly prefix?: string; readonly suffix?: string; readonly includes?: string; readonly pattern?: string };
  if (issue.format === 'starts_with') return `begin with ${given.prefix}`;
  if (issue.format === 'ends_with') return `end with ${given.suffix}`;
  if (issue.format === 'includes') return `contain ${given.includes}`;
  if (issue.format === 'regex' && given.pattern !== undefined) return `match the pattern ${given.pattern}`;
  return `be ${FORMATS[issue.format] ?? `a valid ${issue.format}`}`;
}

/** Where each alternative wants another type, or another value of one field, all of them are named. */
function union({ errors, inst, ...issue }: Extract<RawIssue, { code: 'invalid_union' }>, input: unknown): string {
  const field = issue.discriminator;
  const values = (inst as { readonly _zod?: { readonly propValues?: Readonly<Record<string, ReadonlySet<unknown>>> } } | undefined)?._zod?.propValues;
  if (field !== undefined && values?.[field] !== undefined) return misvalued([...values[field]], (input as Readonly<Record<string, unknown>>)[field]);
  const kinds = errors.map(([first]) => (first?.code === 'invalid_type' && first.path.length === 0 ? KINDS[first.expected] : undefined));
  if (kinds.length === 0 || kinds.some((kind) => kind === undefined)) return 'Has none of the forms that are allowed here';
  return `Expected ${[...new Set(kinds)].join(' or ')}, not ${kindOf(input)}`;
}
