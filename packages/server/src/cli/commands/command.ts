import type { Gatehouse, Refusal } from '../../index.js';
import type { UsageError } from '../failure.js';

/** A command's flags and arguments by name, as they were typed. */
export type Given = Readonly<Record<string, string>>;

/** What opening the database did to it. */
export interface Opening {
  readonly databaseFile: string;
  readonly schemaBefore: number;
  readonly schema: number;
  readonly tablesAdded: readonly string[];
}

/** Where a command does its work: in a server that runs, or in the command line's own process. */
export interface Site {
  readonly gatehouse: Gatehouse;
  readonly opening: Opening;
}

/** JSON, or why not. */
export type Answer = object | Refusal;
export type Work = (site: Site) => Promise<Answer>;

export interface Option {
  /** `--name <name>` */
  readonly flags: string;
  readonly description: string;
  readonly required?: true;
}

/** One thing the operator can do. The command line, its help and the control socket derive from this. */
export interface Command {
  /** `key create` */
  readonly name: string;
  readonly summary: string;
  /** The name of the one argument, where it has one. */
  readonly argument?: string;
  readonly options: readonly Option[];
  /** Reads what was typed, and answers the work to do. */
  prepare(given: Given, now: number): UsageError | Work;
  /** For people: a sentence before the answer. */
  heading?(given: Given): string;
  /** For people: a sentence in place of an empty list. */
  readonly empty?: string;
}
