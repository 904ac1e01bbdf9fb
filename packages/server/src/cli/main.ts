import type { Command, Given } from './commands/command.js';
import { commands } from './commands/index.js';
import { type FailedReply, UsageError, exitCodeOf, failedReply } from './failure.js';
import { operate } from './operate.js';
import { type CommonFlags, runProgram } from './program.js';
import { rendered } from './render.js';
import type { Surroundings } from './setup.js';
import { start } from './start.js';

/** Runs the command line: `argv` is what follows the program's name. Sets the exit code: 0, 1 for a failure, 2 for misuse. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whatever this process makes is its user's alone.
  process.umask(0o077);
  // Whoever reads us may have heard enough (`gatehouse key list | head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await runProgram(argv, {
      start: (platform, flags) => start(surroundings({ ...flags, ...platformFlag(platform, flags) }), process.stdout.isTTY === true),
      operate: show,
    });
  } catch (error) {
    fail(failedReply(error instanceof UsageError ? withHint(error, argv) : error), argv.includes('--json'));
  }
}

function surroundings(flags: Given): Surroundings {
  return { flags, environment: process.env, cwd: process.cwd(), now: Date.now };
}

function platformFlag(argument: string | undefined, flags: Given): Given {
  if (argument === undefined) return {};
  if (flags.platform !== undefined && flags.platform !== argument) throw new UsageError('Name the platform once.');
  return { platform: argument };
}

async function show(command: Command, given: Given, { json, ...flags }: CommonFlags): Promise<void> {
  const reply = await operate(command, given, surroundings(flags));
  if (!reply.ok) {
    fail(reply, json === true);
  } else if (json) {
    process.stdout.write(`${JSON.stringify(reply.value)}\n`);
  } else if (command.print !== undefined) {
    process.stdout.write(`${command.print(reply.value)}\n`);
  } else {
    const heading = command.heading?.(given, reply.value);
    process.stdout.write(`${heading === undefined ? '' : `${heading}\n\n`}${rendered(reply.value, command.empty)}\n`);
  }
  if (reply.ok && command.failed?.(reply.value) === true) process.exitCode = 1;
}

function fail(reply: FailedReply, json: boolean): void {
  const { error, code } = reply;
  process.stderr.write(json ? `${JSON.stringify({ error, code })}\n` : `gatehouse: ${error}\n`);
  process.exitCode = exitCodeOf(reply);
}

/** Where to read on: the help of the command that was meant. */
function withHint({ message }: UsageError, argv: readonly string[]): UsageError {
  const [group = '', name = ''] = argv;
  const known = (path: string) => commands.some((command) => command.name === path || command.name.startsWith(`${path} `));
  const names = known(`${group} ${name}`) ? [group, name] : group === 'start' || known(group) ? [group] : [];
  const text = message.endsWith('.') ? message : `${message}.`;
  return new UsageError(`${text} See \`${['gatehouse', ...names, '--help'].join(' ')}\`.`);
}
