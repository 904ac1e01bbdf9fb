import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gatehouse, json, serve, statusWith, temporaryFolder } from './process.js';

const folder = temporaryFolder();
const data = ['--data', folder.path];

afterAll(() => {
  folder.remove();
});

test('a raw key is in its one answer and nowhere else: no file, no log line, no second answer', async () => {
  const alone = await json('key', 'create', '--user', 'ada@example.com', '--name', 'made alone', ...data);
  const server = await serve(data);
  const asked = await json('key', 'create', '--user', 'ada@example.com', '--name', 'made by asking', ...data);
  const rotated = await json('key', 'rotate', String(asked.id), '--overlap', '1h', ...data);
  const raws = [alone, asked, rotated].map(({ raw_key }) => String(raw_key));
  for (const raw of raws) expect(await statusWith(server.url, raw)).toBe(200);
  expect(await statusWith(server.url, `${raws[0]}0`)).toBe(401);
  const answers = [
    await gatehouse(['key', 'list', ...data, '--json']),
    await gatehouse(['key', 'disable', String(alone.id), ...data, '--json']),
    await gatehouse(['key', 'revoke', String(rotated.id), ...data]),
  ].map(({ stdout, stderr }) => stdout + stderr);
  // While it runs, what is not yet in the database is in its log.
  const during = contents(folder.path);
  const { stdout, stderr } = await server.stop();
  expect(stdout).toContain('"event":"command"');
  for (const place of [...during, ...contents(folder.path), ...answers, stdout, stderr]) {
    for (const raw of raws) expect(place.includes(raw.slice(4))).toBe(false);
  }
  expect(during.join('')).toContain('made by asking');
});

function contents(path: string): string[] {
  return readdirSync(path)
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'));
}
