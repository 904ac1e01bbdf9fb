import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CLIENT_TITLES, isClientName } from '../../doctor/clients/names.js';
import { printed } from '../../doctor/clients/print.js';
import type { Examination } from '../../doctor/clients/report.js';
import { targetOf } from '../../doctor/clients/target.js';
import { sessionCookieOf } from '../../domain/session-cookie.js';
import { durationSeconds } from '../duration.js';
import { UsageError } from '../failure.js';
import { isRecord } from '../record.js';
import type { Command } from './command.js';

const TIMEOUT = '10s';
const NAMES = Object.keys(CLIENT_TITLES).join(', ');

/** Asks a server as anybody could: it knows nothing but the address, and needs no database. */
export const doctorClients: Command = {
  name: 'doctor clients',
  summary: 'play what MCP clients do to sign in at a server, and show where each would fail; `gatehouse doctor <url>` is the same',
  arguments: ['url'],
  byDefault: true,
  options: [
    { flags: '--client <name>', description: `one client alone: ${NAMES}` },
    { flags: '--session-file <path>', description: 'what `gatehouse session create` printed, - for stdin: with it clients go on past the consent page' },
    { flags: '--timeout <duration>', description: `for each request (default: ${TIMEOUT})` },
    { flags: '--offline', description: 'the server reaches no internet: clients register, and do not show their metadata documents' },
  ],
  alone: async ({ url = '', client, sessionFile, timeout = TIMEOUT, offline }, { cwd }) => {
    const target = targetOf(url);
    if (target === undefined) throw new UsageError(`"${url}" is not the address of a server, such as https://mcp.example.com or http://127.0.0.1:4100/mcp.`);
    if (client !== undefined && !isClientName(client)) throw new UsageError(`There is no client "${client}"; there are ${NAMES}.`);
    const seconds = durationSeconds(timeout) ?? 0;
    if (seconds < 1 || seconds > 600) throw new UsageError('Give --timeout between 1s and 10m.');
    // No other command waits for it to be loaded.
    const { examineClients } = await import('../../doctor/clients/index.js');
    return examineClients({
      url,
      timeoutMs: seconds * 1000,
      random: randomBytes,
      ...(client === undefined ? {} : { client }),
      ...(sessionFile === undefined ? {} : { cookie: cookieFrom(sessionFile, cwd, target.origin) }),
      ...(offline === undefined ? {} : { offline: true }),
    });
  },
  print: (answer) => printed(answer as Examination),
  failed: (answer) => !(answer as Examination).ok,
};

/** The JSON that `session create --json` prints, or the token alone. What was read is never shown. */
function cookieFrom(file: string, cwd: string, origin: string): string {
  const text = contentOf(file, cwd).trim();
  const token = tokenIn(text) ?? text;
  if (!/^[\x21-\x3a\x3c-\x7e]+$/.test(token))
    throw new UsageError(`There is no session token in ${file}: give what \`gatehouse session create --json\` printed, or the token alone.`);
  return `${sessionCookieOf(origin).name}=${token}`;
}

function tokenIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && typeof value.token === 'string' ? value.token : undefined;
  } catch {
    return undefined;
  }
}

function contentOf(file: string, cwd: string): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
