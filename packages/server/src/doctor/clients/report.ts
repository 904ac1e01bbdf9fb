import type { ClientName } from './names.js';

export interface Failed {
  readonly step: string;
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;
}

export interface ClientResult {
  readonly client: ClientName;
  readonly ok: boolean;
  /** The first step that failed: nothing behind it was played. */
  readonly failed: Failed | null;
  /** How many steps were played, the failed one among them. */
  readonly steps: number;
}

/** As `gatehouse doctor <url> --json` prints it. */
export interface Examination {
  /** The MCP endpoint. */
  readonly url: string;
  readonly ok: boolean;
  /** Whether clients went on past the consent page. */
  readonly signed_in: boolean;
  readonly clients: readonly ClientResult[];
}
