import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { contentOfFiles } from '../support/app-database.js';
import { expectNoSecrets } from '../support/secret-watch.js';

const raw = `nen_${'0123456789abcdef'.repeat(4)}`;
const folder = mkdtempSync(join(tmpdir(), 'watch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a raw key in a log line is found', () => {
  expect(() => expectNoSecrets(`{"event":"x","path":"/${raw}"}`, contentOfFiles(folder))).toThrow('raw keys');
});

it('a raw key in a table is found, its hash and its first characters are not taken for one', () => {
  writeFileSync(join(folder, 'gatehouse.db'), `row ${raw.slice(0, 8)} ${raw.slice(4)}`);
  expectNoSecrets('', contentOfFiles(folder));
  writeFileSync(join(folder, 'gatehouse.db-wal'), `row ${raw}`);
  expect(() => expectNoSecrets('', contentOfFiles(folder))).toThrow('raw keys');
});
