import type { LockedFolder } from '../../data-folder.js';
import type { Config, Gatehouse, Refusal } from '../../index.js';
import type { UsageError } from '../failure.js';
import type { Surroundings } from '../setup.js';

/** A command's flags and arguments by name, as they were typed; one that takes no value is `yes`. */
export type Given = Readonly<Record<string, string>>;

/** What opening the database did to it. */
export interface Opening {
  /** The file. */
  readonly database: string;
  readonly schemaBefore: number;
  readonly schema: number;
  readonly tablesAdded: readonly string[];
}

/** Where a command does its work: in a server that runs, or in the command line's own process. */
export interface Site {
  readonly gatehouse: Gatehouse;
  /** On SQLite; a PostgreSQL database is not migrated by opening it. */
  readonly opening?: Opening;
}

/** JSON, or why not. */
export type Answer = object | Refusal;
export type Work = (site: Site) => Promise<Answer>;

/** Where a command stands that opens nothing by itself. */
export interface Ground {
  readonly config: Config;
  readonly surroundings: Surroundings;
}

export interface Option {
  /** `--name <name>` */
  readonly flags: string;
  readonly description: string;
  readonly required?: true;
}

/** Each of these does the command in its place, without the database being opened first. */
export interface Instead {
  /** On PostgreSQL. `url` is the owner's where the command is one for the owner. */
  readonly onPostgres?: (given: Given, url: string, ground: Ground) => Promise<Answer>;
  /** On a data folder, whoever has it. */
  readonly onFolder?: (given: Given, folder: string, ground: Ground) => Promise<Answer>;
  /** On a data folder that nobody else may have; with a server on it the command is refused. */
  readonly onFreeFolder?: (given: Given, folder: LockedFolder, ground: Ground) => Promise<Answer>;
}

/** One thing the operator can do. The command line, its help and the control socket derive from this. */
export interface Command {
  /** `key create` */
  readonly name: string;
  readonly summary: string;
  /** The names of what is given without a flag, in order. */
  readonly arguments?: readonly string[];
  readonly options: readonly Option[];
  /** A PostgreSQL database is asked for as its owner (`--database-admin`), not as the serving role. */
  readonly forOwner?: true;
  readonly instead?: Instead;
  /** It may be the first that is done in a data folder: where there is none, it is made. Any other command was given the wrong one. */
  readonly begins?: true;
  /** It needs neither a database nor a platform: it is done here, whatever is served. */
  alone?(given: Given, surroundings: Surroundings): Promise<Answer>;
  /** What its group does where no other command of it is named. */
  readonly byDefault?: true;
  /** Adds what only this process can read, such as a file, to what was typed. @throws {UsageError} */
  readHere?(given: Given, surroundings: Surroundings): Given;
  /** Reads what was typed, and answers the work to do in an open database. Without it, `instead` or `alone` does all. */
  prepare?(given: Given, now: number): UsageError | Work;
  /** For people: a sentence before the answer. */
  heading?(given: Given, answer: unknown): string;
  /** For people: all of it, in place of the heading and the answer's fields. */
  print?(answer: unknown): string;
  /** Whether the answer tells of a failure: exit code 1. */
  failed?(answer: unknown): boolean;
  /** For people: a sentence in place of an empty list. */
  readonly empty?: string;
}
