/** What a browser would complain of in a page, were it to complain. Empty: nothing. */
export function faultsOf(markup: string): string[] {
  return [...nesting(markup), ...attributes(markup), ...references(markup)];
}

const VOID = new Set(['meta', 'input', 'br', 'link']);
/** A paragraph holds words alone: browsers end it before these. */
const ENDS_PARAGRAPH = new Set(['div', 'p', 'ul', 'form', 'section', 'fieldset', 'h1', 'h2', 'h3']);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>/g;

function nesting(markup: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const bare = markup.replace(/^<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '');
  if (bare.replace(TAG, '').match(/[<>]/) !== null) faults.push(`what is no tag: ${bare.replace(TAG, '').match(/.{0,30}[<>].{0,30}/)?.[0]}`);
  for (const [, closing, name = ''] of bare.matchAll(TAG)) {
    if (VOID.has(name)) continue;
    if (closing === '') {
      if (open.at(-1) === 'p' && ENDS_PARAGRAPH.has(name)) faults.push(`<${name}> in a paragraph`);
      if (name === 'form' && open.includes('form')) faults.push('a form in a form');
      open.push(name);
    } else if (open.pop() !== name) faults.push(`</${name}> closes something else`);
  }
  if (open.length > 0) faults.push(`not closed: ${open.join(', ')}`);
  return faults;
}

function attributes(markup: string): string[] {
  const names = [...markup.matchAll(/<[a-z][^<>]*>/g)].flatMap(([tag]) =>
    [...tag.replace(/="[^"]*"/g, '=""').matchAll(/\s([a-z-]+)(?==|[\s>])/g)].map(([, name = '']) => name),
  );
  const forbidden = names.filter((name) => name === 'style' || name.startsWith('on'));
  const tags = [...markup.matchAll(/<(script|iframe|object|embed|base|link|img)\b/g)].map(([, name]) => `<${name}>`);
  return [...forbidden, ...tags].map((what) => `${what} has no place here`);
}

function references(markup: string): string[] {
  const all = (pattern: RegExp) => [...markup.matchAll(pattern)].flatMap(([, value = '']) => value.split(' '));
  const ids = all(/\sid="([^"]*)"/g);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `the id ${id} twice`);
  const referred = all(/\s(?:for|aria-describedby|aria-labelledby)="([^"]*)"/g);
  const lost = referred.filter((id) => !ids.includes(id)).map((id) => `nothing has the id ${id}`);
  const labelled = new Set(all(/<label for="([^"]*)"/g));
  const fields = [...markup.matchAll(/<(?:input|select)\b[^>]*>/g)].map(([tag]) => tag).filter((tag) => !tag.includes('type="hidden"'));
  const nameless = fields.filter((tag) => !labelled.has(/\sid="([^"]*)"/.exec(tag)?.[1] ?? '')).map((tag) => `no label: ${tag}`);
  const headings = [...markup.matchAll(/<h1>/g)].length;
  return [...twice, ...lost, ...nameless, ...(headings === 1 ? [] : [`${headings} main headings`])];
}
