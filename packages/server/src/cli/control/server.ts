import { chmodSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { Log } from '../../index.js';
import { commands, execute } from '../commands/index.js';
import type { Site } from '../commands/command.js';
import type { Reply } from '../failure.js';
import { prepareSocket, removeSocket } from './place.js';
import { type Question, STATUS, type Status, pathOf, readQuestion } from './wire.js';

export interface ControlOptions {
  /** The data folder, whose lock this process holds. */
  readonly folder: string;
  readonly site: Site;
  readonly now: () => number;
  readonly log: Log;
  status(): Status;
}

export interface ControlServer {
  /** Lets the commands that run finish, and leaves nothing behind. */
  close(): Promise<void>;
}

/** A file of keys fits, as `key import-file` reads it. */
const BODY_LIMIT = 8_388_608;
const TIME_LIMIT_MS = 5_000;

/** Answers the command line of this machine's user, over HTTP on a Unix socket (0600) in the data folder. */
export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const server = createServer({ requestTimeout: TIME_LIMIT_MS, headersTimeout: TIME_LIMIT_MS, connectionsCheckingInterval: 1_000 });
  server.on('request', (request, response) => void answer(options, request, response));
  const path = prepareSocket(options.folder);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return {
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      removeSocket(options.folder);
    },
  };
}

async function answer(options: ControlOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [status, body] = await replyTo(options, request);
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}

type Answered = readonly [status: number, Reply];

async function replyTo(options: ControlOptions, request: IncomingMessage): Promise<Answered> {
  const text = await bodyOf(request);
  if (text === undefined) return refused(413, 'payload_too_large', 'The command is too large.');
  if (request.method !== 'POST') return refused(405, 'method_not_allowed', 'Commands are posted.');
  const question = readQuestion(text);
  if (question === undefined) return refused(400, 'malformed_request', 'This is no command.');
  return request.url === pathOf(STATUS) ? [200, { ok: true, value: options.status() }] : run(options, request.url ?? '/', question);
}

async function run({ site, now, log }: ControlOptions, url: string, { given, platform }: Question): Promise<Answered> {
  const command = commands.find(({ name }) => pathOf(name) === url);
  if (command === undefined) return refused(404, 'unknown_command', 'The server does not know this command: it may be of another version.');
  const { name } = site.gatehouse.platform;
  if (platform !== undefined && platform !== name) return refused(409, 'platform', `This data folder is served as the platform "${name}", not "${platform}".`);
  try {
    const reply = await execute(command, given, site, now());
    log({ event: 'command', command: command.name, outcome: reply.ok ? 'done' : reply.code });
    return [200, reply];
  } catch (error) {
    log({ event: 'command_failed', command: command.name, error });
    return refused(500, 'internal', 'Something went wrong in the server; its log says what.');
  }
}

function refused(status: number, code: string, error: string): Answered {
  return [status, { ok: false, error, code }];
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_LIMIT) return undefined;
      chunks.push(chunk);
    }
  } catch {
    // The connection is gone, and nobody waits for the answer.
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
