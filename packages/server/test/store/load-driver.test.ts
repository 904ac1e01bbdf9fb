import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { driverOrder, loadDriver } from '../../src/store/sqlite/load-driver.js';

const built = new URL('../../dist/store/sqlite/load-driver.js', import.meta.url).href;

test.each([
  ['20.19.0', 'better-sqlite3'],
  ['22.22.0', 'better-sqlite3'],
  ['24.0.0', 'node:sqlite'],
  ['26.1.0', 'node:sqlite'],
])('on Node %s the first driver is %s, and the other one is tried after it', (version, first) => {
  const order = driverOrder(version);
  expect(order[0]).toBe(first);
  expect([...order].sort()).toEqual(['better-sqlite3', 'node:sqlite']);
});

test('the first driver in order is the one that is opened', async () => {
  const driver = (await loadDriver())(':memory:', false);
  try {
    expect(driver.name).toBe(driverOrder(process.versions.node)[0]);
  } finally {
    driver.close();
  }
});

test('a connection can be closed twice', async () => {
  const driver = (await loadDriver())(':memory:', false);
  driver.close();
  driver.close();
  expect(() => driver.exec('select 1')).toThrow(/not open/);
});

test('that Node calls its SQLite experimental is not shown; every other warning is', async () => {
  // What a Node does that still warns, whichever runs this test.
  const program = `
    import { loadDriver } from ${JSON.stringify(built)};
    process.getBuiltinModule = () => {
      process.emitWarning('SQLite is an experimental feature', 'ExperimentalWarning');
      process.emitWarning('an old habit', { type: 'DeprecationWarning', detail: 'at the same moment' });
    };
    await loadDriver('node:sqlite').catch((error) => console.log(error.message));
    process.emitWarning('a later experiment', 'ExperimentalWarning');
  `;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout).toContain('this Node has no node:sqlite');
  expect(stderr).not.toContain('SQLite');
  expect(stderr).toContain('DeprecationWarning: an old habit');
  expect(stderr).toContain('at the same moment');
  expect(stderr).toContain('ExperimentalWarning: a later experiment');
});

test('a binary that was compiled for another Node is told as such, with what mends it', async () => {
  const abi = 'The module was compiled against a different Node.js version using NODE_MODULE_VERSION 1. This version requires NODE_MODULE_VERSION 2.';
  const dataUrl = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
  const standIn = dataUrl(`throw new Error(${JSON.stringify(abi)})`);
  const hook = dataUrl(
    `export const resolve = (name, context, next) => name === 'better-sqlite3' ? { url: ${JSON.stringify(standIn)}, shortCircuit: true } : next(name, context)`,
  );
  const program = `
    import { register } from 'node:module';
    register(${JSON.stringify(hook)});
    const { loadDriver } = await import(${JSON.stringify(built)});
    await loadDriver('better-sqlite3').catch((error) => console.log(error.message));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout).toBe(
    'No SQLite driver: better-sqlite3 was compiled for another version of Node (`npm rebuild better-sqlite3` mends it, and so does `npm start`)\n',
  );
});

test('loading a driver prints nothing on this Node', async () => {
  const program = `import { loadDriver } from ${JSON.stringify(built)}; (await loadDriver())(':memory:', false).close();`;
  expect(await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])).toEqual({ stdout: '', stderr: '' });
});
