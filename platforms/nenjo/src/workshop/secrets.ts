import type { z } from 'zod';

const PLACEHOLDER = /\{\{\s*credentials\.[\w.-]+\s*\}\}/g;
/** Placeholders, perhaps after a scheme: "Bearer {{credentials.github}}", "session={{credentials.session}}". */
const FILLED_IN = /^(?:[A-Za-z][\w-]{0,15}[ =:] ?)?(?:\{\{\s*credentials\.[\w.-]+\s*\}\}:?)+$/;

/** Names under which secrets travel: headers, environment variables, options of commands, parameters of addresses. */
const SECRET_NAME = /authorization|cookie|token|secret|passw(?:or)?d|api[-_]?key|access[-_]?key|private[-_]?key|credential/i;
/** Secrets that can be told by their looks, whatever their name. */
const SECRET_LOOKS =
  /\b(?:gh[opsur]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{8,}|sk-[\w-]{16,}|[sr]k_live_\w{8,}|AKIA[A-Z0-9]{12,}|AIza[\w-]{30,}|nen_[0-9a-f]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}\.)|\bBearer [\w.~+/-]{8,}|-----BEGIN/;

export const PLACEHOLDER_HINT = 'Looks like a secret, which would be stored readably: write a placeholder such as {{credentials.token}} instead';

/** Whether the value gives away a secret under this name. Workers fill in `{{credentials.…}}`; everything else is stored as it is. */
function givesAway(name: string, value: string): boolean {
  if (SECRET_LOOKS.test(value.replace(PLACEHOLDER, ''))) return true;
  return SECRET_NAME.test(name) && value.trim() !== '' && !FILLED_IN.test(value.trim());
}

/** For a record of headers or environment variables. */
export function noSecretValues(record: Readonly<Record<string, string>>, context: z.core.$RefinementCtx): void {
  for (const [name, value] of Object.entries(record)) {
    if (givesAway(name, value)) context.addIssue({ code: 'custom', path: [name], message: PLACEHOLDER_HINT, input: undefined });
  }
}

/** For a command's arguments: `--token=x`, and `--token` before `x`. */
export function noSecretArguments(args: readonly string[], context: z.core.$RefinementCtx): void {
  for (const [index, argument] of args.entries()) {
    const [, option, assigned] = /^(--?[\w-]+)=(.*)$/s.exec(argument) ?? [];
    const before = args[index - 1] ?? '';
    const name = option ?? (before.startsWith('-') && !before.includes('=') && !argument.startsWith('-') ? before : '');
    if (givesAway(name, assigned ?? argument)) context.addIssue({ code: 'custom', path: [index], message: PLACEHOLDER_HINT, input: undefined });
  }
}

/** Whether an address gives away a password, or a secret among its parameters. */
export function addressGivesAway(address: string): boolean {
  if (!URL.canParse(address)) return SECRET_LOOKS.test(address);
  const { username, password, searchParams } = new URL(address);
  return username !== '' || password !== '' || SECRET_LOOKS.test(address) || [...searchParams].some(([name, value]) => givesAway(name, value));
}
