import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, newDatabase } from '../support/postgres.js';
import { type Running, gatehouse, serve } from '../../packages/server/test/cli/process.js';
import { type Ended, shell, wordsOf } from './shell.js';
import { type Snippet, shapeOf, snippetsOf } from './snippets.js';

/**
 * Runs README.md from top to bottom, as a reader would. What differs: `npm start` is the program that it starts, on a free port
 * and with its data in a temporary folder; `npx gatehouse` is that program; port 4100 is that port; `$KEY` is the key of the
 * first start; `$OWNER_URL` is an empty database's, and `$DATABASE_URL` what is printed for it. `npm test` is only looked up, for it is
 * what runs this.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const snippets = snippetsOf(join(root, 'README.md'));
/** Inside of the checkout, so that `gatehouse` and `zod` are found as they are for a reader's file. */
let folder: string;
let server: Running | undefined;
let answer = '';
let data = '';
let key = '';
/** From the snippet that migrates it on; the second is what the commands after it find in the environment. */
let database: TestDatabase | undefined;
let environment: Record<string, string> = {};

beforeAll(() => {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'readme-'));
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('README.md', () => {
  it('holds a platform, a host, calls and their answers', () => {
    const languages = snippets.map(({ language }) => language);
    expect(Object.fromEntries(['sh', 'js', 'json'].map((name) => [name, languages.filter((language) => language === name).length > 1]))).toEqual({
      sh: true,
      js: true,
      json: true,
    });
  });

  it.each(snippets.map((snippet) => ({ ...snippet, name: `line ${snippet.line}, ${snippet.text.split('\n', 1)[0]}` })))(
    'the snippet at $name does what is said',
    async (snippet) => {
      await runnerOf(snippet)(snippet);
    },
    30_000,
  );
});

type Run = (snippet: Snippet) => Promise<void> | void;

/** How a snippet is run. One that nothing runs fails here. */
function runnerOf({ language, text, line }: Snippet): Run {
  if (language === 'json') return compareAnswer;
  if (language === 'js') return text.includes('createServer(') ? runHost : writeModule;
  if (language === 'sh' && text === 'npm test')
    return ({ text: command }) => expect(readFileSync(join(root, 'package.json'), 'utf8')).toContain(`"${command.slice(4)}":`);
  if (language === 'sh' && text.startsWith('npm start')) return startServer;
  if (language === 'sh' && text.startsWith('npx gatehouse migrate ')) return migrateDatabase;
  if (language === 'sh' && text.startsWith('export GATEHOUSE_DATABASE=')) return startOnPostgres;
  if (language === 'sh' && text.startsWith('npx gatehouse ')) return database === undefined ? runCommand : commandOnPostgres;
  if (language === 'sh' && text.startsWith('curl ')) return callServer;
  throw new Error(`README.md:${line}: nothing runs this snippet`);
}

async function startServer({ text }: Snippet): Promise<void> {
  await server?.stop();
  const [, , , ...args] = wordsOf(text);
  const given = args.indexOf('--data');
  const own = given === -1 ? args : args.toSpliced(given, 2);
  data = join(folder, given === -1 ? 'data' : (args[given + 1] ?? ''));
  server = await serve([...own, '--data', data], { cwd: folder });
  key = readFileSync(join(data, 'first-key'), 'utf8').trim();
}

async function callServer({ text }: Snippet): Promise<void> {
  const ended = await shell(text.replaceAll('http://127.0.0.1:4100', served().url), { KEY: key });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  answer = ended.stdout;
}

/** The answer of the call before has these members, with values of these kinds, and no others. */
function compareAnswer({ text }: Snippet): void {
  expect(shapeOf(JSON.parse(answer))).toEqual(shapeOf(JSON.parse(text)));
}

async function runCommand({ text }: Snippet): Promise<void> {
  const made = await gatehouse([...wordsOf(text).slice(2), '--data', data, '--json']);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const { raw_key: raw } = JSON.parse(made.stdout);
  const rpc = (method: string, params: object) =>
    fetch(`${served().url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${raw}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    }).then((response): Promise<unknown> => response.json());
  expect(await rpc('tools/list', {})).toMatchObject({ result: { tools: [{ name: 'tickets_get' }, { name: 'tickets_list' }] } });
  expect(await rpc('tools/call', { name: 'projects_list' })).toMatchObject({ error: { code: -32001 } });
  const { status } = await fetch(`${served().url}/api/v1/projects`, { headers: { authorization: `Bearer ${raw}` } });
  expect(status).toBe(403);
}

async function migrateDatabase({ text }: Snippet): Promise<void> {
  database = await newDatabase();
  const { adminUrl } = database;
  const args = wordsOf(text).slice(2);
  expect(args).toContain('$OWNER_URL');
  const made = await gatehouse([...args.map((arg) => (arg === '$OWNER_URL' ? adminUrl : arg)), '--json']);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  environment = { GATEHOUSE_DATABASE: JSON.parse(made.stdout).database_url, GATEHOUSE_SECRET: 'a secret of thirty-two characters' };
}

async function startOnPostgres({ text, line }: Snippet): Promise<void> {
  const [set = '', command = ''] = text.split('\n');
  expect([...set.matchAll(/(GATEHOUSE_\w+)=/g)].map(([, name]) => name)).toEqual(Object.keys(environment));
  if (!command.startsWith('npx gatehouse start')) throw new Error(`README.md:${line}: it does not start`);
  await server?.stop();
  server = await serve(wordsOf(command).slice(3), { cwd: folder, environment });
}

async function commandOnPostgres({ text }: Snippet): Promise<void> {
  const made = await gatehouse([...wordsOf(text).slice(2), '--json'], { environment });
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const { status } = await fetch(`${served().url}/api/v1/projects`, { headers: { authorization: `Bearer ${JSON.parse(made.stdout).raw_key}` } });
  expect(status).toBe(200);
}

function writeModule(snippet: Snippet): void {
  moduleOf(snippet);
}

/** Writes a module, which says in its first line where it lies. */
function moduleOf({ text, line }: Snippet): string {
  const path = /^\/\/ (notes\/[\w-]+\.mjs)\n/.exec(text)?.[1];
  if (path === undefined) throw new Error(`README.md:${line}: the first line does not name the file`);
  mkdirSync(join(folder, 'notes'), { recursive: true });
  writeFileSync(join(folder, path), text);
  return join(folder, path);
}

/** Its own process, as a reader starts it; it says its port and a key when it listens. */
async function runHost(snippet: Snippet): Promise<void> {
  const file = moduleOf(snippet);
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, PORT: '0', GATEHOUSE_SECRET: 'a secret of thirty-two characters' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<Ended>((resolve) => {
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.once('close', (code) => resolve({ code, stdout: '', stderr }));
  });
  try {
    const said = await Promise.race([
      new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk)))),
      ended.then(({ stderr }) => {
        throw new Error(`${basename(file)} ended: ${stderr}`);
      }),
    ]);
    const [port = '', raw = ''] = said.trim().split(' ');
    const ask = (authorization: string) => fetch(`http://127.0.0.1:${port}`, { headers: { authorization } });
    const admitted = await ask(`Bearer ${raw}`);
    expect([admitted.status, await admitted.text()]).toEqual([200, expect.stringMatching(/^Hello, [\w-]+\n$/)]);
    expect((await ask(`Bearer note_${'0'.repeat(64)}`)).status).toBe(401);
  } finally {
    child.kill();
    await ended;
  }
}

function served(): Running {
  if (server === undefined) throw new Error('No snippet has started a server yet');
  return server;
}
