// Joins the server's modules, and those of libraries that every start needs, into a few files: a start reads a dozen files instead of
// seven hundred (docs/decisions/0037-start-and-tests.md).
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const server = join(root, 'packages/server');
const folder = join(server, 'dist/bundle');
const record = join(folder, 'made-from.json');
const input = {
  index: join(server, 'src/index.ts'),
  cli: join(server, 'src/cli/main.ts'),
  worker: join(server, 'src/cli/workers/worker.ts'),
};
/** With what they need themselves. All others are loaded as they are installed: platforms share `zod` and the contract with us. */
const JOINED = new Set(['commander', 'content-disposition', 'find-my-way', 'ipaddr.js', 'jose', 'kysely', 'pino']);
/** What the bundle depends on beside its modules; the lock file speaks for all that is installed. */
const ALWAYS = [fileURLToPath(import.meta.url), join(root, 'package-lock.json')];

/** Makes the bundle unless nothing has changed since the last one. @throws where a module is missing or malformed */
export async function bundle() {
  if (isFresh()) return void utimesSync(record, new Date(), new Date());
  // Only now: whoever asks may have installed it a moment ago.
  const { rolldown } = await import('rolldown');
  const build = await rolldown({
    input,
    cwd: root,
    platform: 'node',
    external: (id, importer) => !/^[./]/.test(id) && importer?.includes(`${sep}node_modules${sep}`) !== true && !JOINED.has(id) && importer !== undefined,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  try {
    const { output } = await build.generate({
      dir: folder,
      format: 'esm',
      sourcemap: true,
      keepNames: true,
      minifyInternalExports: false,
      comments: { legal: true, annotation: false, jsdoc: false },
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      codeSplitting: { groups: [{ name: 'libraries', test: /[\\/]node_modules[\\/]/ }] },
    });
    replaceWith(output);
  } finally {
    await build.close();
  }
}

function isFresh() {
  try {
    return Object.entries(JSON.parse(readFileSync(record, 'utf8'))).every(([file, state]) => stateOf(join(root, file)) === state);
  } catch {
    return false;
  }
}

function stateOf(path) {
  const { mtimeMs, size } = statSync(path);
  return `${mtimeMs} ${size}`;
}

/** All at once, as far as a file system goes: what runs now may be loading the old one. */
function replaceWith(output) {
  const made = `${folder}-${process.pid}`;
  const old = `${made}-old`;
  try {
    mkdirSync(made, { recursive: true });
    for (const { fileName, code, source } of output) writeFileSync(join(made, fileName), code ?? source);
    const modules = output.flatMap(({ modules = {} }) => Object.keys(modules)).filter((id) => id.startsWith(root));
    const [joined, own] = [true, false].map((theirs) => modules.filter((id) => id.includes(`${sep}node_modules${sep}`) === theirs));
    writeFileSync(join(made, 'licences.txt'), licences(joined));
    writeFileSync(join(made, 'made-from.json'), JSON.stringify(Object.fromEntries([...ALWAYS, ...own].map((file) => [relative(root, file), stateOf(file)]))));
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(made, folder);
  } catch (error) {
    // Another process has just put its own there.
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
  } finally {
    for (const path of [made, old]) rmSync(path, { recursive: true, force: true });
  }
}

/** Of the libraries whose code is in the bundle, as each of their licences asks. */
function licences(modules) {
  const packages = new Set(modules.map((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)[0]));
  return [...packages]
    .sort()
    .map((path) => {
      const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${name} has no licence to take along`);
      return `${name} ${version}\n\n${readFileSync(join(path, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
