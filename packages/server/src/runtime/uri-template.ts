/** A URI, or a template of URIs (RFC 6570, level 1), taken apart. */
export interface UriTemplate {
  readonly text: string;
  /** In order of appearance; none in a fixed URI. */
  readonly variables: readonly string[];
  /** What stands before, between and after the variables: one more than there are of those. */
  readonly literals: readonly string[];
}

const URI = /^[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
/** What a variable's value can hold only percent-encoded (RFC 3986, section 2.2). */
const RESERVED = /^[:/?#[\]@!$&'()*+,;=]/;

/** Takes a template apart, or says what is wrong with it. */
export function readUriTemplate(text: string): UriTemplate | string {
  const parts = text.split(/\{([A-Za-z_][A-Za-z0-9_]*)\}/);
  const literals = parts.filter((_part, i) => i % 2 === 0);
  const variables = parts.filter((_part, i) => i % 2 === 1);
  // With a value in the place of each variable.
  if (!URI.test(literals.join('0')) || !/^[a-z][a-z0-9+.-]*:/.test(text)) return 'is not of the form scheme://things/{id}';
  if (new Set(variables).size < variables.length) return 'names a variable twice';
  const between = literals.slice(1, -1);
  return between.every((literal) => RESERVED.test(literal))
    ? { text, variables, literals }
    : 'does not show where a variable ends: what follows it must begin with a reserved character, such as a slash';
}

/** Equal for templates that match the same URIs. */
export function shapeOf({ literals }: UriTemplate): string {
  return literals.join('{}');
}

/**
 * The variables' values in a URI, percent-decoded; undefined where the URI is none of the template's. A value has at
 * least one character, and reserved ones only as far as they do not end a part of a URI. Takes linear time.
 */
export function matchUri({ variables, literals }: UriTemplate, uri: string): Readonly<Record<string, string>> | undefined {
  const [first = '', ...others] = literals;
  if (variables.length === 0) return uri === first ? {} : undefined;
  if (!uri.startsWith(first)) return undefined;
  const values: [string, string][] = [];
  let at = first.length;
  for (const [i, literal] of others.entries()) {
    const end = i === others.length - 1 ? endBefore(literal, uri) : uri.indexOf(literal, at);
    const value = end > at ? decoded(uri.slice(at, end)) : undefined;
    if (value === undefined) return undefined;
    values.push([variables[i] ?? '', value]);
    at = end + literal.length;
  }
  return Object.fromEntries(values);
}

function endBefore(literal: string, uri: string): number {
  return uri.endsWith(literal) ? uri.length - literal.length : -1;
}

function decoded(value: string): string | undefined {
  if (/[/?#]/.test(value)) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
