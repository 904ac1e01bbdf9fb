import type { HttpOut } from '../http.js';
import type { Exchange } from './exchange.js';
import type { Request } from './message.js';

/** One JSON-RPC method. Its parameters are an object already. */
export type Method = (request: Request, exchange: Exchange) => HttpOut | Promise<HttpOut>;
export type Methods = ReadonlyMap<string, Method>;
