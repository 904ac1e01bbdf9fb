import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command as Cli, CommanderError, Option } from 'commander';
import type { Command, Given } from './commands/command.js';
import { commands } from './commands/index.js';
import { UsageError } from './failure.js';
import { packageFolder } from './own-package.js';

/** What the command line asks for. Flags in camelCase, as they were typed. */
export interface Actions {
  start(platform: string | undefined, flags: Given): Promise<void>;
  operate(command: Command, given: Given, flags: CommonFlags): Promise<void>;
}

/** What every command takes, beside its own: part of the configuration, and how to answer. */
export interface CommonFlags {
  readonly data?: string;
  readonly database?: string;
  readonly databaseAdmin?: string;
  readonly platform?: string;
  readonly json?: true;
}

const COMMON = ['data', 'database', 'databaseAdmin', 'platform', 'json'];
const IN_ENVIRONMENT = '\nEvery option --a-b can also be given as GATEHOUSE_A_B in the environment. Give URLs with a password there: others can see flags.';

const GROUPS: Readonly<Record<string, string>> = {
  key: 'manage API keys',
  session: 'sign users in and out',
  user: 'manage users',
  tenant: 'manage tenants',
  member: 'list members of a tenant, change their roles, remove them',
  client: 'list and forget programs that ask people for access',
  grant: 'list and end what people allowed programs',
  'signing-key': 'list and rotate the keys that tokens are signed with',
  doctor: 'prove what must hold: that MCP clients get in, that tenants are kept apart',
};

/** The command line, derived from the commands. Throws `UsageError` for what it cannot read; help goes to stdout. */
export async function runProgram(argv: readonly string[], actions: Actions): Promise<void> {
  const program = cli('gatehouse').description('The way in for platforms that people, scripts and AI agents share.').version(version(), '-V, --version');
  addStart(program, actions);
  const groups = new Map(Object.entries(GROUPS).map(([name, what]) => [name, cli(name).description(what)]));
  for (const group of groups.values()) program.addCommand(group);
  for (const command of commands) {
    const [group = '', name] = command.name.split(' ');
    const parent = groups.get(group) ?? program;
    parent.addCommand(cliOf(command, name ?? group, actions), { isDefault: command.byDefault === true });
  }
  for (const parent of [program, ...groups.values()]) requireSubcommand(parent);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return;
      throw new UsageError(misuseOf(error));
    }
    throw error;
  }
}

/** What the library found wrong, in our words. */
function misuseOf({ code, message }: CommanderError): string {
  const [, what = ''] = /'([^']*)'/.exec(message) ?? [];
  const [, suggestion = ''] = /(Did you mean .*\?)/.exec(message) ?? [];
  switch (code) {
    case 'commander.missingMandatoryOptionValue':
      return `${what} is required.`;
    case 'commander.optionMissingArgument':
      return `The value is missing: ${what}.`;
    case 'commander.missingArgument':
      return `The <${what}> is missing.`;
    case 'commander.unknownOption':
      return `There is no option ${what}. ${suggestion}`.trim();
    case 'commander.excessArguments':
      return `${what} was given more arguments than it takes: put quotation marks around what belongs together.`;
    default:
      return message.replace(/^error: /, '');
  }
}

function cli(name: string): Cli {
  return new Cli(name)
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ writeErr: () => {} })
    .allowExcessArguments(false);
}

function requireSubcommand(parent: Cli): void {
  parent.argument('[command]').action((given: string | undefined) => {
    const names = parent.commands.map((child) => child.name()).join(', ');
    throw new UsageError(given === undefined ? `Say which command: ${names}.` : `There is no command "${given}"; there are ${names}.`);
  });
  parent.usage('<command> [options]');
}

function addStart(program: Cli, actions: Actions): void {
  program.addCommand(
    cli('start')
      .description('serve a platform')
      .argument('[platform]', 'a name, or a path to a module or a folder (default: nenjo)')
      .option('--port <port>', 'port to listen on, 0 for a free one (default: 4100)')
      .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
      .option('--data <folder>', 'folder of the SQLite database and the root secret (default: ./data)')
      .option('--database <url>', 'PostgreSQL in its place, as the serving role that `gatehouse migrate` makes; with GATEHOUSE_SECRET')
      .option('--workers <count>', 'PostgreSQL: serve with so many processes on one port (default: one)')
      .option('--public-url <origin>', 'origin under which callers reach this server; required off loopback')
      .option('--trust-proxy <ranges>', 'proxies whose X-Forwarded-* headers are believed, such as 10.0.0.0/8 (default: none)')
      .option('--cors-origins <origins>', 'other origins whose pages may call, separated by commas')
      .option('--log-level <level>', 'debug, info, warn, error or silent (default: info)')
      .option('--metrics-token <token>', 'what opens /metrics; without it only a direct caller on this machine may look (default: none)')
      .option('--failed-auth-per-minute <count>', 'failed authentications in a minute from one address (default: 300)')
      .option('--blocked-clients <clients>', 'programs that nobody can let in: ids, or hosts of their metadata, separated by commas')
      .option('--client-documents <on|off>', 'whether programs may come with the address of their metadata for an id (default: on)')
      .addOption(new Option('--platform <platform>').hideHelp())
      // Nothing is served with it: whoever gives it alone is told what to do.
      .addOption(new Option('--database-admin <url>').hideHelp())
      .addHelpText('after', IN_ENVIRONMENT)
      .action((platform: string | undefined, flags: Given) => actions.start(platform, flags)),
  );
}

function cliOf(command: Command, name: string, actions: Actions): Cli {
  const result = cli(name).description(command.summary);
  const names = command.arguments ?? [];
  for (const argument of names) result.argument(`<${argument}>`);
  for (const { flags, description, required } of command.options) {
    if (required) result.requiredOption(flags, description);
    else result.option(flags, description);
  }
  if (command.alone === undefined) addPlace(result, command).addHelpText('after', IN_ENVIRONMENT);
  result.option('--json', 'print JSON').action((...parameters: unknown[]) => {
    const all = Object.entries(result.opts<Readonly<Record<string, string | boolean>>>());
    const common: CommonFlags = Object.fromEntries(all.filter(([flag]) => COMMON.includes(flag)));
    const own = all
      .filter(([flag]) => !COMMON.includes(flag))
      .map(([flag, value]) => (value === false ? [`no${flag.charAt(0).toUpperCase()}${flag.slice(1)}`, 'yes'] : [flag, value === true ? 'yes' : value]));
    const given: Given = Object.fromEntries([...own, ...names.map((argument, index) => [argument, String(parameters[index])])]);
    return actions.operate(command, given, common);
  });
  return result;
}

/** Which database and which platform are meant. */
function addPlace(result: Cli, { forOwner }: Command): Cli {
  result.option('--data <folder>', 'the data folder (default: ./data)');
  if (forOwner) result.option('--database-admin <url>', 'PostgreSQL in its place, as the owner of the database');
  if (forOwner) result.addOption(new Option('--database <url>').hideHelp());
  else result.option('--database <url>', 'PostgreSQL in its place, as the serving role');
  return result.option('--platform <platform>', 'the platform, by name or path (default: nenjo, or whatever is served)');
}

export function version(): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return manifest.version;
}
