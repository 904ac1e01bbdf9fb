import type { Operation } from '@gatehouse/contract';
import type { Rights } from '../../domain/principal.js';
import { TENANT_REQUIRED, ofNoTenant } from '../../runtime/run.js';
import type { Runtime } from '../../runtime/types.js';
import { type Exchange, faultIn, logOf } from './exchange.js';
import type { Request } from './message.js';
import { paramFault } from './params.js';
import { type Reply, jsonHeaders } from './reply.js';
import type { Era } from './versions.js';
import type { Wrapping } from './wrapping.js';

/** What is listed of an operation. */
export interface Entry {
  readonly op: Operation;
  /** Its entry, as JSON. */
  readonly json: string;
}

/** The entry of what its caller may not use, but could be allowed to: with the scope that consent would have to give. */
function locked(json: string, { access }: Operation): string {
  return `${json.slice(0, -1)},"_meta":{"gatehouse/locked":${JSON.stringify({ scope: access.scope })}}}`;
}

/** The bytes of one kind of list, made once for each list of operations and era, without the id. */
export class PreparedLists {
  readonly #member: string;
  readonly #json: ReadonlyMap<Operation, string>;
  // By the identity of the list: the runtime gives equal rights the same one, and bounds how many there are.
  readonly #made: Readonly<Record<Era, WeakMap<readonly Operation[], Uint8Array>>> = { legacy: new WeakMap(), modern: new WeakMap() };

  /** @param member the name of the result's member that holds the list */
  constructor(member: string, entries: Iterable<Entry>) {
    this.#member = member;
    this.#json = new Map([...entries].map(({ op, json }) => [op, json]));
  }

  /** The whole response for this id: its head, and the bytes that are everyone's with these rights, to whom `visible` is shown. */
  response(id: string, visible: readonly Operation[], rights: Rights, wrapping: Wrapping): readonly [string, Uint8Array] {
    return [`{"jsonrpc":"2.0","id":${id}`, this.#rest(visible, rights, wrapping)];
  }

  #rest(visible: readonly Operation[], rights: Rights, { era, open, close, listHints }: Wrapping): Uint8Array {
    const known = this.#made[era].get(visible);
    if (known !== undefined) return known;
    const entries = visible.flatMap((op) => {
      const json = this.#json.get(op);
      if (json === undefined) return [];
      return rights.grantable(op) ? locked(json, op) : json;
    });
    const made = Buffer.from(`,"result":{${open}"${this.#member}":[${entries.join(',')}]${listHints}${close}}}`);
    this.#made[era].set(visible, made);
    return made;
  }
}

/** What the caller may use of one kind. All of it comes on one page, so no cursor was ever given out. */
export function answerList({ id, params, method }: Request, exchange: Exchange, runtime: Runtime, lists: PreparedLists, wrapping: Wrapping): Reply {
  const { principal } = exchange.resolution;
  if (ofNoTenant(principal)) return faultIn(exchange, TENANT_REQUIRED, { id }, method);
  const cursor = params?.cursor;
  if (cursor !== undefined && cursor !== null) return faultIn(exchange, paramFault('cursor', 'Unknown cursor'), { id, status: 200 }, method);
  const { requestId } = exchange.request;
  return {
    status: 200,
    headers: jsonHeaders(requestId),
    body: lists.response(id, runtime.visible(principal, 'mcp'), principal.rights, wrapping),
    log: logOf(principal, method),
  };
}
