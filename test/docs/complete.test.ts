import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commands } from '../../packages/server/src/cli/commands/index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => ({ path, text: readFileSync(join(root, folder, path), 'utf8') }));

const guides = filesIn('docs/guide', '.md');
const guide = guides.map(({ text }) => text).join('\n');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('every command is in the table of the README', () => {
  const table = readme.slice(readme.indexOf('## Command line'));
  expect(commands.filter(({ name, byDefault }) => byDefault !== true && !table.includes(`\`${name}`)).map(({ name }) => name)).toEqual([]);
});

it('every event that a server logs is in the guides', () => {
  const events = new Set(
    filesIn('packages/server/src', '.ts')
      .flatMap(({ text }) => [...text.matchAll(/\bevent: '([\w.]+)'/g)])
      .map(([, event = '']) => event),
  );
  expect(events.size).toBeGreaterThan(40);
  expect([...events].filter((event) => !guide.includes(event))).toEqual([]);
});

it('every guide is in the index and in the README', () => {
  const index = guides.find(({ path }) => path === 'README.md')?.text ?? '';
  const others = guides.map(({ path }) => path).filter((path) => path !== 'README.md');
  expect(others.filter((path) => !index.includes(`](${path})`) || !readme.includes(`](docs/guide/${path})`))).toEqual([]);
});
