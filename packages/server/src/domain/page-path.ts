/** Where a public page lives, taken apart: each segment is a word of its own, or the name of what stands there. */
type Segment = { readonly word: string } | { readonly name: string };

/** What stands for the tenant, in the first place where something does. */
export const TENANT = 'tenant';

function segmentsOf(path: string): readonly Segment[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => (part.startsWith(':') ? { name: part.slice(1) } : { word: part }));
}

/** Reads a request's path, as it was sent: undefined where it is another page's. */
export type PageMatcher = (path: string) => Readonly<Record<string, string>> | undefined;

/** @param path `/f/:tenant/:slug` */
export function matcherOf(path: string): PageMatcher {
  const segments = segmentsOf(path);
  return (asked) => {
    const parts = asked.split('/').slice(1);
    if (parts.length !== segments.length) return undefined;
    const found: Record<string, string> = {};
    for (const [i, segment] of segments.entries()) {
      const part = parts[i] ?? '';
      if ('word' in segment) {
        if (part !== segment.word) return undefined;
      } else {
        const value = decoded(part);
        if (value === undefined || value === '') return undefined;
        found[segment.name] = value;
      }
    }
    return found;
  };
}

/** `/f/:tenant/:slug` with what belongs there. @throws where something is missing: a mistake of the platform */
export function filledIn(path: string, parameters: Readonly<Record<string, string>>): string {
  const parts = segmentsOf(path).map((segment) => {
    if ('word' in segment) return segment.word;
    const value = parameters[segment.name];
    if (value === undefined || value === '') throw new Error(`The page ${path} has no address without a value for "${segment.name}".`);
    return encodeURIComponent(value);
  });
  return `/${parts.join('/')}`;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
