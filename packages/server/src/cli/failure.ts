import { ConfigError, Refusal } from '../index.js';

/** What a command answers, here or over the control socket. `value` is JSON. */
export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string; readonly code: string };

/** A command line that makes no sense. */
export class UsageError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'UsageError';
  }
}

/** A failure that the user can do something about, in one sentence. */
export class CommandError extends Error {
  readonly code: string;
  constructor(code: string, text: string, options?: ErrorOptions) {
    super(text, options);
    this.name = 'CommandError';
    this.code = code;
  }
}

export type FailedReply = Extract<Reply, { ok: false }>;

/** Whatever went wrong, in one line and with a stable code. */
export function failedReply(error: unknown): FailedReply {
  const text = error instanceof Error ? error.message : String(error);
  return { ok: false, error: oneLine(withNext(text, error)), code: codeOf(error) };
}

/** 2 where the command line, the configuration or how the database is set up is at fault, 1 for anything else. */
export function exitCodeOf({ code }: FailedReply): number {
  return ['usage', 'configuration', 'isolation'].includes(code) ? 2 : 1;
}

function codeOf(error: unknown): string {
  if (error instanceof UsageError) return 'usage';
  if (error instanceof ConfigError) return 'configuration';
  if (error instanceof Refusal) return error.failure.code;
  if (error instanceof CommandError) return error.code;
  if (!(error instanceof Error)) return 'failed';
  // By name: a platform may have been made with another copy of the package.
  const codes: Record<string, string> = {
    PlatformError: 'platform',
    DataFolderError: 'data_folder',
    IsolationError: 'isolation',
    UnavailableError: 'unavailable',
  };
  return codes[error.name] ?? 'failed';
}

function withNext(text: string, error: unknown): string {
  return error instanceof Refusal && error.failure.next !== undefined ? `${text} ${error.failure.next}` : text;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
