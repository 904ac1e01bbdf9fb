import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOwn } from '../../scripts/lib/own-packages.mjs';

const tools = await installOwn('conformance/tools');

/** The path of something in `conformance/tools`. */
export const tool = (name: string): string => join(tools, name);

/** The path of a program that is installed there. */
export const program = (name: string): string => tool(`node_modules/.bin/${name}`);

/** A folder for what programs keep below the user's. */
export function newHome(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'gh-home-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) };
}

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly all: string;
}

/** What a program is told of its surroundings: little, and never our own home. */
export function surroundings(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', TMPDIR: process.env.TMPDIR ?? '', HOME: home, NO_COLOR: '1', ...more };
}

const MOST_MS = 30_000;

/** Runs a program under this Node to its end. */
export function say(node: string, args: readonly string[], env: Readonly<Record<string, string>>, input = ''): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(node, [...args], { env, timeout: MOST_MS }, (error: ExecFileException | null, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, all: stdout + stderr });
    });
    child.stdin?.end(input);
  });
}
