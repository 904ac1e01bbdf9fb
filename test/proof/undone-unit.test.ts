import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../packages/server/src/cli/control/client.js';
import { type Running, gatehouse, json, serve, temporaryFolder } from '../../packages/server/test/cli/process.js';

const folder = temporaryFolder();
const platform = fileURLToPath(new URL('undone-unit.platform.mjs', import.meta.url));
const common = ['--platform', platform, '--data', folder.path];
// Several tries within a minute are more refusals than an address may cause otherwise.
const started = () => [platform, '--data', folder.path, '--failed-auth-per-minute', '100000'];
let server: Running;
let admin: string;

interface Minted {
  readonly id: string;
  readonly raw_key: string;
}

beforeAll(async () => {
  server = await serve(started());
  admin = (await json<Minted>('key', 'create', '--user', 'ada@example.com', '--name', 'admin', ...common)).raw_key;
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const call = (method: string, path: string, key = admin) => fetch(`${server.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${key}` } });
const numberAt = async (path: string) => ((await (await call('GET', path)).json()) as { value: number }).value;

/** A command over the control socket of the running server, without a process of its own. */
async function command<T>(name: string, given: Record<string, string>): Promise<T> {
  const reply = await ask(folder.path, name, { given });
  if (reply === 'nobody' || !reply.ok) throw new Error(`${name} was not done: ${JSON.stringify(reply)}`);
  return reply.value as T;
}

async function attempt() {
  const keys = await Promise.all(
    Array.from({ length: 10 }, (_, i) => json<Minted>('key', 'create', '--user', 'ada@example.com', '--name', `old ${i}`, ...common)),
  );
  const [byCommandLine] = keys;
  await numberAt('/stall/watch');
  const failing = call('POST', '/notes');
  const made = await Promise.all([
    ...Array.from({ length: 100 }, async (_, i) => {
      const { id, raw_key } = await command<Minted>('key create', { user: 'ada@example.com', name: `new ${i}` });
      await command('key revoke', { id });
      return { raw: raw_key, status: (await call('GET', '/notes', raw_key)).status };
    }),
    gatehouse(['key', 'revoke', byCommandLine?.id ?? '', ...common]).then(async ({ code }) => {
      expect(code).toBe(0);
      return { raw: byCommandLine?.raw_key ?? '', status: (await call('GET', '/notes', byCommandLine?.raw_key)).status };
    }),
  ]);
  return { made, failed: (await failing).status, longest: await numberAt('/stall') };
}

describe('while a handler waits a second inside its unit of work and then throws', () => {
  it('every acknowledged change holds, nothing of the unit is kept, and the event loop never stalls above 50 ms', async () => {
    let longest = Number.POSITIVE_INFINITY;
    // Another process on the same two cores can hold the loop up as well: the best of a few tries is ours.
    for (let tries = 0; tries < 4 && longest > 50; tries += 1) {
      const outcome = await attempt();
      expect(outcome.failed).toBe(500);
      expect(outcome.made.map(({ status }) => status)).toEqual(Array.from({ length: 101 }, () => 401));
      expect(await numberAt('/notes')).toBe(0);
      longest = outcome.longest;
    }
    expect(longest).toBeLessThanOrEqual(50);

    await server.stop();
    server = await serve(started());
    const listed = await json<readonly { readonly name: string }[]>('key', 'list', ...common);
    expect(listed.filter(({ name }) => name.startsWith('new '))).toEqual([]);
  }, 60_000);
});
