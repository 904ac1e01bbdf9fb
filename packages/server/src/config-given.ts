/** A setting that cannot be served with, by its name. */
export class ConfigError extends Error {
  readonly setting: string;
  constructor(setting: string, text: string) {
    super(`${setting}: ${text}`);
    this.name = 'ConfigError';
    this.setting = setting;
  }
}

/** `public-url` → `GATEHOUSE_PUBLIC_URL` */
export function variable(setting: string): string {
  return `GATEHOUSE_${setting.replaceAll('-', '_').toUpperCase()}`;
}

/** Flags of the command line, `--public-url` as `publicUrl`. Each is also the environment's `GATEHOUSE_PUBLIC_URL`. */
export type Flags = Readonly<Record<string, string | undefined>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a process was given. What was typed wins over the environment, and what is blank was not given. */
export class Given<Name extends string> {
  readonly #flags: Flags;
  readonly #environment: Environment;
  readonly #variables: ReadonlySet<string>;

  /** @param variables the names of what the environment alone gives: others see what is typed */
  constructor(flags: Flags, environment: Environment, variables: readonly Name[] = []) {
    this.#flags = flags;
    this.#environment = environment;
    this.#variables = new Set(variables);
  }

  read(name: Name): string | undefined {
    return (this.#flags[flag(name)] ?? this.#environment[variable(name)])?.trim() || undefined;
  }

  /** Says it of the place where it was given, or can be: `--public-url` or `GATEHOUSE_PUBLIC_URL`. */
  fault(name: Name, text: string): ConfigError {
    const typed = this.#flags[flag(name)] !== undefined;
    const inVariable = this.#variables.has(name) || (!typed && this.#environment[variable(name)] !== undefined);
    return new ConfigError(inVariable ? variable(name) : `--${name}`, text);
  }
}

/** `public-url` → `publicUrl`, as flags are held. */
function flag(name: string): string {
  return name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}
