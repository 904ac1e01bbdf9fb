import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { snippetsOf } from './snippets.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((path) => join('docs', path)),
].filter((path) => path.endsWith('.md'));

/** As forges make anchors of headings: lower case, dashes for blanks, other signs left out. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  const file = join(root, page);
  const text = readFileSync(file, 'utf8');

  it('leads only to pages and headings that are there', () => {
    const lost = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, to = '']) => to)
      .filter((to) => !/^https?:/.test(to))
      .filter((to) => {
        const [path = '', anchor] = to.split('#');
        const target = path === '' ? file : join(dirname(file), path);
        return (
          relative(root, target).startsWith('..') || !existsSync(target) || (anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor))
        );
      });
    expect(lost).toEqual([]);
  });

  it('shows JSON that is JSON', () => {
    const broken = snippetsOf(file).filter(({ language, text: snippet }) => {
      if (language !== 'json') return false;
      try {
        JSON.parse(snippet);
        return false;
      } catch {
        return true;
      }
    });
    expect(broken).toEqual([]);
  });
});
