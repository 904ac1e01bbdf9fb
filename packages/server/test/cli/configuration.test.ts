import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fixture, gatehouse, serve, temporaryFolder } from './process.js';

let root: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  root = temporaryFolder();
});

afterEach(() => {
  root.remove();
});

test.each([
  ['an unknown setting', [], { GATEHOUSE_PROT: '1' }, 'GATEHOUSE_PROT'],
  ['an address off loopback without a public URL', ['--host', '0.0.0.0'], {}, '--public-url'],
  ['a port that is none', ['--port', '70000'], {}, '--port:'],
  ['a variable that is none', [], { GATEHOUSE_PORT: '70000' }, 'GATEHOUSE_PORT:'],
  ['a proxy that is no range', ['--trust-proxy', 'everyone'], {}, '--trust-proxy'],
  ['a root secret that is too short', [], { GATEHOUSE_SECRET: 'short' }, 'GATEHOUSE_SECRET'],
  ['a platform that is not there', ['nowhere'], {}, '--platform'],
  ['a platform in a variable that is not there', [], { GATEHOUSE_PLATFORM: 'nowhere' }, 'GATEHOUSE_PLATFORM:'],
  ['a module that is not there', ['./nowhere.js'], {}, '--platform'],
  ['a module that is no platform', [fixture('no-platform.mjs')], {}, '--platform'],
  [
    "a platform's setting that is missing in production",
    ['--public-url', 'https://a.example'],
    { CLERK_ISSUER: 'https://clerk.example' },
    'CLERK_AUTHORIZED_PARTIES',
  ],
] as const)('a start with %s is refused in one line that names it, with exit code 2, and leaves nothing', async (_what, args, environment, name) => {
  const { code, stdout, stderr } = await gatehouse(['start', ...args], { cwd: root.path, environment });
  expect(stderr).toMatch(/^gatehouse: [^\n]+\n$/);
  expect(stderr).toContain(name);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(existsSync(join(root.path, 'data'))).toBe(false);
});

test('a platform that finds neither gatehouse nor zod from where it lies is told how to get both', async () => {
  writeFileSync(join(root.path, 'mine.mjs'), "import { definePlatform } from 'gatehouse';\nexport default definePlatform({});\n");
  const { code, stderr } = await gatehouse(['start', './mine.mjs'], { cwd: root.path });
  expect(stderr).toMatch(/^gatehouse: The platform "\.\/mine\.mjs" cannot be loaded: Cannot find package 'gatehouse' [^\n]+\n$/);
  const command = /cd (\S+) && npm install (\S+) zod\n$/.exec(stderr);
  expect([code, command?.[1]]).toEqual([1, root.path]);
  expect(existsSync(join(command?.[2] ?? '', 'bin/gatehouse.mjs'))).toBe(true);
});

test('a platform in TypeScript is loaded where Node can, and elsewhere told what can', async () => {
  writeFileSync(join(root.path, 'mine.ts'), 'const none: string = "none";\nexport default none;\n');
  const { stderr } = await gatehouse(['start', './mine.ts'], { cwd: root.path });
  const strips = Boolean(Reflect.get(process.features, 'typescript'));
  expect(stderr.trimEnd().split('\n').at(-1)).toContain(
    strips ? '"./mine.ts" is no platform' : 'This Node runs no TypeScript: use Node 22.18 or later, or compile it',
  );
});

test('a platform that cannot be served is refused with its offence, with exit code 1', async () => {
  const { code, stderr } = await gatehouse(['start', fixture('broken-platform.mjs')], { cwd: root.path });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'gatehouse: The platform "broken" cannot be served: the scope "things" does not have the form resource:permission.\n',
  });
});

test('a port in use is refused in one line, with exit code 1, and the first key waits for the start that works', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stdout, stderr } = await gatehouse(['start', '--port', String(port)], { cwd: root.path });
  await new Promise((resolve) => other.close(resolve));
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: `gatehouse: Cannot listen on 127.0.0.1, port ${port}: something else listens there. Stop it, or give another port with --port.\n`,
  });
  expect(existsSync(join(root.path, 'data', 'first-key'))).toBe(false);
  const server = await serve([], { cwd: root.path });
  await server.stop();
  expect(existsSync(join(root.path, 'data', 'first-key'))).toBe(true);
});

test('a flag and its variable say the same, and the flag wins', async () => {
  const environment = { GATEHOUSE_DATA: join(root.path, 'here'), GATEHOUSE_PLATFORM: fixture('waiting.mjs'), GATEHOUSE_LOG_LEVEL: 'info' };
  const server = await serve(['--data', join(root.path, 'there')], { environment });
  await server.stop();
  expect(server.stdout()).toContain('"platform":"waiting"');
  expect([existsSync(join(root.path, 'here')), existsSync(join(root.path, 'there'))]).toEqual([false, true]);
});

test('in production no key is made by itself, and the way to one is printed', async () => {
  const server = await serve(['--data', join(root.path, 'data'), '--public-url', 'https://api.example.com']);
  await server.stop();
  expect(server.stderr()).toContain('npx gatehouse key create');
  expect(server.stderr()).toContain('https://api.example.com/mcp');
  expect(existsSync(join(root.path, 'data', 'first-key'))).toBe(false);
});

test('settings that a platform declares and nobody has set are said once, in the banner and in the log', async () => {
  const server = await serve(['--data', join(root.path, 'data')]);
  const { stdout, stderr } = await server.stop();
  expect(stderr.match(/CLERK_ISSUER/g)).toHaveLength(1);
  expect(stdout.match(/CLERK_ISSUER/g)).toHaveLength(1);
});
