import type { TestApp } from '../../../../test/support/open-app.js';
import { commands, execute } from '../../src/cli/commands/index.js';

/** What the command line, or a server for it that is asked over its control socket, does once the flags are read. */
export function runCommand(app: TestApp, name: string, given: Parameters<typeof execute>[1] = {}): ReturnType<typeof execute> {
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw new Error(`There is no ${name}`);
  return execute(command, given, { gatehouse: app.gatehouse }, app.clock.now());
}
