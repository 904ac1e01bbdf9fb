// A platform as it is shipped, on a SQLite file of its own, or on DATABASE_URL. With TIMES set it tells how long its requests took.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createLogger, openGatehouse, readConfig } from 'gatehouse';
import { ROOT_SECRET } from '../lib/root-secret.mjs';
import { announce } from './announce.mjs';

const { DATABASE_URL: url, LOG_LEVEL: level = 'info', TIMES: timed } = process.env;

/** `open` may be called again once the app is closed; `ready` tells the runner where it listens, and `more`. */
export function serve(platform) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const database = url === undefined ? { file: join(folder, 'gatehouse.db') } : { url };
  const logger = timed === undefined ? createLogger({ level, pretty: false }) : timingLogger();
  const config = readConfig({ port: '0', data: folder }, {}, platform.settings);
  const began = performance.now();
  return {
    database,
    open: () => openGatehouse({ platform, config, logger, database, rootSecret: ROOT_SECRET }),
    ready: (url, more) => announce({ url, filledSeconds: (performance.now() - began) / 1000, ...more }),
  };
}

/** Answers `times` with each request since the last time, `[method and path, milliseconds]`, as the access log has them. */
function timingLogger() {
  let lines = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines += chunk;
      done();
    },
  });
  const logger = createLogger({ level: 'info', pretty: false, destination });
  process.on('message', (message) => {
    if (message !== 'times') return;
    logger.flush();
    const requests = lines.split('\n').filter((line) => line.includes('"event":"request"'));
    lines = '';
    process.send({ times: requests.map((line) => JSON.parse(line)).map(({ method, path, ms }) => [`${method} ${path}`, ms]) });
  });
  return logger;
}

/** Somebody in a tenant of their own, with a key that may do everything. */
export async function someone(gatehouse, name) {
  const { homeTenant: tenant, id: user } = await gatehouse.users.create(`${name}@example.com`);
  const { raw } = await gatehouse.keys.mint({ tenant, user, name: 'bench', scopes: ['*'], createdBy: 'cli' });
  return { tenant, user, raw, headers: { authorization: `Bearer ${raw}` } };
}
