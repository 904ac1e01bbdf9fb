// Vitest's global set-up: every temporary folder of a run lies under one root, which is removed at the end; one PostgreSQL server serves the
// whole run, started when the first test asks for it.
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { startPostgres } from './postgres.mjs';
import { newTemporaryRoot } from './temporary-root.mjs';

export default async function setup() {
  // Processes that tests start run the sources as they are. Where they are half-written, tests in this process can run all the same.
  await bundle().catch((error) => console.error(error));
  const root = newTemporaryRoot();
  const asked = join(root, 'postgres.sock');
  const given = { TMPDIR: root, TMP: root, TEMP: root, TEST_POSTGRES: asked };
  const before = Object.fromEntries(Object.keys(given).map((name) => [name, process.env[name]]));
  Object.assign(process.env, given);
  const database = await postgresOnDemand(asked);
  return async () => {
    await database.close();
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
}

/** Answers every request on this Unix socket with the administrator's URL of the run's server (test/support/postgres.ts asks). */
async function postgresOnDemand(socket) {
  let starting;
  let running;
  // A run that is broken off has no time for more.
  const quit = () => running !== undefined && process.kill(running.pid(), 'SIGQUIT');
  process.once('exit', quit);
  const door = createServer((_request, response) => {
    starting ??= startPostgres({ durable: false, settings: { max_connections: 300 } }).then((server) => (running = server));
    starting.then(
      ({ adminUrl }) => response.end(adminUrl),
      (error) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  await new Promise((resolve, reject) => door.once('error', reject).listen(socket, resolve));
  chmodSync(socket, 0o600);
  return {
    async close() {
      door.close();
      door.closeAllConnections();
      const server = await starting?.catch(() => undefined);
      process.off('exit', quit);
      await server?.close();
    },
  };
}
