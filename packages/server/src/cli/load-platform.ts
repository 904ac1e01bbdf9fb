import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Given } from '../config-given.js';
import type { Platform } from '../index.js';
import { CommandError } from './failure.js';
import { packageFolder } from './own-package.js';
import { quoted } from './quoted.js';
import { isRecord } from './record.js';

/**
 * The platform of this name or path. A path leads to a module, or to a folder that is a package; a name to the package
 * `@gatehouse/<name>`, or to the folder `platforms/<name>`. Its default export is what `definePlatform` returned.
 * @throws {ConfigError} where there is none
 */
export async function loadPlatform(asked: string, cwd: string, given: Given<'platform'>): Promise<Platform> {
  const file = isPath(asked)
    ? moduleAt(resolve(cwd, asked))
    : (packageNamed(asked, cwd) ?? moduleAt(resolve(cwd, asked)) ?? moduleAt(resolve(cwd, 'platforms', asked)));
  if (file === undefined) throw given.fault('platform', notFound(asked, cwd));
  const found = await importFrom(file, asked);
  if (!isPlatform(found)) throw given.fault('platform', `"${asked}" is no platform: the default export of its module must be what definePlatform returns.`);
  return found;
}

function isPath(given: string): boolean {
  return /^[./]|\.m?[jt]s$/.test(given);
}

function notFound(given: string, cwd: string): string {
  if (isPath(given)) return `there is no module at ${given}.`;
  const folder = join(cwd, 'platforms');
  const here = existsSync(folder)
    ? ` Here there are ${readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .sort()
        .join(', ')}.`
    : '';
  return `there is no platform "${given}": neither a package ${packageOf(given)} nor a folder of that name.${here} A path to a module must begin with ./ or /.`;
}

function packageOf(name: string): string {
  return name.startsWith('@') ? name : `@gatehouse/${name}`;
}

/** From where we are installed, then from where we were started. */
function packageNamed(name: string, cwd: string): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(join(cwd, 'package.json')).href]) {
    const file = resolved(packageOf(name), from);
    if (file !== undefined) return file;
  }
  return undefined;
}

function moduleAt(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return statSync(path).isDirectory() ? entryOf(path) : path;
}

/** A package may import itself by its own name; without one its main file counts. */
function entryOf(folder: string): string | undefined {
  const manifest = join(folder, 'package.json');
  const name: unknown = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).name : undefined;
  return (typeof name === 'string' ? resolved(name, manifest) : undefined) ?? resolved(folder, manifest);
}

function resolved(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}

async function importFrom(file: string, given: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(file).href);
    return module.default;
  } catch (error) {
    if (error instanceof Error && error.name === 'PlatformError') throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError('platform', [`The platform "${given}" cannot be loaded: ${why}`, ...wayOut(error, file)].join('. '), { cause: error });
  }
}

/** What to do about the two failures that a first platform meets. */
function wayOut(error: unknown, file: string): string[] {
  if (!(error instanceof Error) || !('code' in error)) return [];
  if (error.code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts$/.test(file))
    return ['This Node runs no TypeScript: use Node 22.18 or later, or compile it and give the path of the JavaScript.'];
  const lost = error.code === 'ERR_MODULE_NOT_FOUND' ? /^Cannot find package '(gatehouse|zod)'/.exec(error.message)?.[1] : undefined;
  if (lost === undefined) return [];
  const here = packageFolder.replace(/[\\/]$/, '');
  return [`A platform finds its packages from where it lies. Install them there: cd ${quoted(dirname(file))} && npm install ${quoted(here)} zod`];
}

/** Told by its form, not its class: it may have been made with another copy of this package. */
function isPlatform(value: unknown): value is Platform {
  if (!isRecord(value) || typeof value.name !== 'string' || typeof value.version !== 'string') return false;
  const { present, tenancy, mcp } = value;
  const complete = isRecord(present) && typeof present.rest === 'function' && isRecord(tenancy) && isRecord(tenancy.roles) && isRecord(mcp);
  return complete && [value.operations, value.tables, value.scopes, value.settings].every(Array.isArray) && isRecord(value.keys);
}
