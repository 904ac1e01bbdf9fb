import { request } from 'node:http';
import { CommandError, type Reply } from '../failure.js';
import { socketOf } from './place.js';
import { isRecord } from '../record.js';
import { type Question, STATUS, type Status, pathOf } from './wire.js';

const PATIENCE_MS = 60_000;
/** What connecting says where no server listens (yet, or any more). */
const NOBODY = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'];

/** Asks the server of this data folder to do a command; `nobody` where none listens, and nothing was asked. */
export async function ask(folder: string, command: string, question: Question): Promise<Reply | 'nobody'> {
  try {
    return readReply(await post(socketOf(folder), pathOf(command), JSON.stringify(question)));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (NOBODY.includes(code)) return 'nobody';
    if (code === 'EACCES') throw new CommandError('permission', 'The server of this data folder belongs to another user.', { cause: error });
    throw new CommandError('interrupted', 'The server ended before it answered: look whether the command was done.', { cause: error });
  }
}

/** Who serves this folder; undefined where nobody listens. */
export async function askStatus(folder: string): Promise<Status | undefined> {
  const reply = await ask(folder, STATUS, { given: {} });
  return reply !== 'nobody' && reply.ok ? (reply.value as Status) : undefined;
}

function post(socketPath: string, path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method: 'POST', agent: false, headers: { 'content-type': 'application/json' } });
    asked.setTimeout(PATIENCE_MS, () => asked.destroy(new CommandError('timed_out', 'The server does not answer.')));
    asked.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject).on('end', () => resolve(text));
    });
    asked.end(body);
  });
}

function readReply(text: string): Reply {
  const value: unknown = JSON.parse(text);
  if (isRecord(value) && value.ok === true) return { ok: true, value: value.value };
  if (isRecord(value) && typeof value.error === 'string' && typeof value.code === 'string') return { ok: false, error: value.error, code: value.code };
  throw new CommandError('failed', 'The answer of the server cannot be read: it may be of another version.');
}
