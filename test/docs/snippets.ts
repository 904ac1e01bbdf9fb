import { readFileSync } from 'node:fs';

export interface Snippet {
  readonly language: string;
  readonly text: string;
  /** Of its first line, for messages. */
  readonly line: number;
}

/** Every fenced block of a Markdown file, in order. */
export function snippetsOf(file: string): readonly Snippet[] {
  const found: Snippet[] = [];
  let open: { language: string; line: number; body: string[] } | undefined;
  for (const [index, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    const fence = /^\s*```(\S*)\s*$/.exec(text);
    if (fence === null) open?.body.push(text);
    else if (open === undefined) open = { language: fence[1] ?? '', line: index + 2, body: [] };
    else {
      found.push({ language: open.language, line: open.line, text: open.body.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: this block is not closed`);
  return found;
}

/** The form of a JSON value: names and kinds of its members, without what they hold. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, shapeOf(inner)]),
  );
}
