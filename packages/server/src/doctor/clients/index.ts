import { Fault } from './fault.js';
import { CLIENT_TITLES, type ClientName } from './names.js';
import { type Found, type Play, known } from './play.js';
import type { ClientResult, Examination } from './report.js';
import { signed } from './steps/token.js';
import { CLIENTS } from './table.js';
import { targetOf } from './target.js';
import { createWire } from './wire.js';

export interface ExaminationOptions {
  /** The origin of a server (its MCP endpoint is then `/mcp`), or its MCP endpoint, with or without a slash at the end. */
  readonly url: string;
  /** @default all */
  readonly client?: ClientName;
  /** For one request. */
  readonly timeoutMs: number;
  /** `name=value` of somebody who is signed in: with it clients go on past the consent page. */
  readonly cookie?: string;
  /** The server reaches no metadata documents of clients: they only register. */
  readonly offline?: boolean;
  readonly random: (bytes: number) => Buffer;
}

const ALL = Object.keys(CLIENT_TITLES) as readonly ClientName[];

/** Plays what MCP clients do to sign in, over plain HTTP and without any knowledge of the server but its address. */
export async function examineClients({ url, client, timeoutMs, cookie, offline = false, random }: ExaminationOptions): Promise<Examination> {
  const target = targetOf(url);
  if (target === undefined) throw new TypeError('There is no MCP server at such an address');
  const wire = createWire({ target: new URL(target.mcp), timeoutMs });
  const secret = () => random(32).toString('base64url');
  const names = client === undefined ? ALL : [client];
  // All at once, as they come in life: a server that is silent is waited for once.
  const clients = await Promise.all(names.map((name) => play(name, { target, wire, found: {}, cookie, secret }, offline))).finally(() => wire.close());
  return { url: target.mcp, ok: clients.every(({ ok }) => ok), signed_in: cookie !== undefined, clients };
}

async function play(name: ClientName, first: Play, offline: boolean): Promise<ClientResult> {
  let found: Found = {};
  let played = 0;
  for (const { name: step, signedIn, online, run } of CLIENTS[name]) {
    if ((signedIn && first.cookie === undefined) || (online && (offline || found.server?.documents !== true))) continue;
    played += 1;
    const result = await run({ ...first, found });
    if (result instanceof Fault) {
      await giveBack({ ...first, found });
      const { expected, got, remedy } = result;
      return { client: name, ok: false, failed: { step, expected, got, remedy }, steps: played };
    }
    found = { ...found, ...result };
  }
  return { client: name, ok: true, failed: null, steps: played };
}

/** Whatever was granted on the way ends with it. */
async function giveBack({ wire, found }: Play): Promise<void> {
  const endpoint = found.server?.revocation;
  if (endpoint === undefined || found.tokens === undefined) return;
  await wire.send({ method: 'POST', url: endpoint, ...signed({ token: found.tokens.refresh }, known(found, 'registered')) });
}
