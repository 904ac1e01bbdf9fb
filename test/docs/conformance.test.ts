import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages: [platform: string, sections: readonly number[], atLeast: { readonly rows: number; readonly proofs: number }][] = [
  ['nenjo', [1, 2, 3, 4, 5, 6, 7, 8, 9, 11], { rows: 100, proofs: 120 }],
  ['neuralrepo', [1, 2, 3, 4, 5, 6, 7], { rows: 120, proofs: 150 }],
  ['nippy', [1, 2, 3, 4, 5, 7], { rows: 90, proofs: 100 }],
];

const PROOF = /`([\w/.-]+\.test\.ts)` (“[^”]+”(?:, “[^”]+”)*)/g;

describe.each(pages)('docs/conformance-%s.md', (platform, sections, atLeast) => {
  const page = readFileSync(`${root}docs/conformance-${platform}.md`, 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| What it says') && !line.startsWith('| ---'));

  /** The tests that a row names, each as its file and the words of its name. */
  const proofsIn = (text: string): readonly (readonly [file: string, name: string])[] =>
    [...text.matchAll(PROOF)].flatMap(([, file = '', names = '']) =>
      [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => [file.includes('/') ? file : `platforms/${platform}/test/${file}`, name] as const),
    );

  it('has the sections of what it goes through', () => {
    expect([...page.matchAll(/^## (\d+)\./gm)].map(([, number]) => Number(number))).toEqual(sections);
  });

  it('says in each row what proves it, or why nothing does', () => {
    expect(rows.length).toBeGreaterThan(atLeast.rows);
    const bare = rows.filter((row) => proofsIn(row).length === 0 && (row.split(' | ')[1] ?? '').length < 10);
    expect(bare).toEqual([]);
  });

  it('names tests that there are, each by its whole name', () => {
    const isThere = (file: string, name: string) => {
      const source = existsSync(root + file) ? readFileSync(root + file, 'utf8') : '';
      return [`'${name}'`, `"${name}"`].some((quoted) => source.includes(`(${quoted}`) || source.includes(`\n    ${quoted},`));
    };
    const lost = proofsIn(page).filter(([file, name]) => !isThere(file, name));
    expect(lost).toEqual([]);
    expect(proofsIn(page).length).toBeGreaterThan(atLeast.proofs);
  });
});
