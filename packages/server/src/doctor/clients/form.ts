import type { Answer } from './wire.js';

export interface Form {
  readonly url: string;
  readonly fields: URLSearchParams;
}

const ALLOWS = /^(allow|approve|accept|authorize|yes|grant)/i;

/** The form of a page whose button allows, filled in as the page proposes; undefined where there is none. */
export function allowing({ text, url }: Answer): Form | undefined {
  for (const [, attributes = '', inside = ''] of text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)) {
    const button = buttons(inside).find(({ words }) => words.some((word) => ALLOWS.test(word)));
    if (button === undefined) continue;
    const fields = new URLSearchParams(filled(inside));
    if (button.name !== undefined) fields.set(button.name, button.value);
    return { url: new URL(read(attributes, 'action') ?? '', url).href, fields };
  }
  return undefined;
}

function buttons(inside: string) {
  const named = [...inside.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(([, attributes = '', label = '']) => ({
    attributes,
    label: label.replace(/<[^>]*>/g, '').trim(),
  }));
  const inputs = [...inside.matchAll(/<input\b([^>]*)>/gi)]
    .map(([, attributes = '']) => ({ attributes, label: '' }))
    .filter(({ attributes }) => read(attributes, 'type') === 'submit');
  return [...named, ...inputs].map(({ attributes, label }) => {
    const [name, value = ''] = [read(attributes, 'name'), read(attributes, 'value')];
    return { name, value, words: [value, label] };
  });
}

/** What a browser would send of the inputs: what is hidden or typed, and what is checked. */
function filled(inside: string): [string, string][] {
  return [...inside.matchAll(/<input\b([^>]*)>/gi)].flatMap(([, attributes = '']): [string, string][] => {
    const [name, type = 'text'] = [read(attributes, 'name'), read(attributes, 'type')];
    if (name === undefined || type === 'submit' || has(attributes, 'disabled')) return [];
    if ((type === 'checkbox' || type === 'radio') && !has(attributes, 'checked')) return [];
    return [[name, read(attributes, 'value') ?? (type === 'checkbox' ? 'on' : '')]];
  });
}

function read(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(attributes);
  const value = found?.[1] ?? found?.[2] ?? found?.[3];
  return value === undefined ? undefined : unescaped(value);
}

function has(attributes: string, name: string): boolean {
  return new RegExp(`(?:^|\\s)${name}(?=[\\s=/]|$)`, 'i').test(attributes.replace(/"[^"]*"|'[^']*'/g, '""'));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

function unescaped(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole);
}
