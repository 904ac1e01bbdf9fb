import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the machine has no curl, a few of its flags stand in: `npm test` needs nothing but Node. */
const standIns = fileURLToPath(new URL('./stand-ins', import.meta.url));

/** Runs a snippet as it would be pasted, with these variables set. */
export function shell(text: string, variables: Readonly<Record<string, string>>): Promise<Ended> {
  const env = { ...process.env, ...variables, PATH: `${process.env.PATH}:${standIns}` };
  const child = spawn('sh', ['-eu', '-c', text], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The words of a plain command: double quotes hold a word together, nothing is expanded. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}
