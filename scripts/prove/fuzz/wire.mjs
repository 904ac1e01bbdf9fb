// HTTP/1.1 as raw bytes over plain sockets: no client library that would mend what we send, or hide what comes back.
import { connect } from 'node:net';

/** Raised for bytes that are no valid HTTP/1.1 answer. */
export class NotHttp extends Error {}

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [\t\x20-\x7e\x80-\xff]*$/;
const FIELD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t ]*[\t\x20-\x7e\x80-\xff]*$/;

/** Reads answers one after another, as they arrive. `bodiless(n)` tells whether answer number n is one to a HEAD. */
export class AnswerReader {
  answers = [];
  #held = Buffer.alloc(0);
  #bodiless;

  constructor(bodiless = () => false) {
    this.#bodiless = bodiless;
  }

  /** Whether all that came was whole answers. */
  get whole() {
    return this.#held.length === 0;
  }

  /** Adds the answers that are whole now to `answers`: `{ status, headers, body }`. */
  push(chunk) {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const taken = takeAnswer(this.#held, this.#bodiless(this.answers.length));
      if (taken === undefined) return;
      this.#held = this.#held.subarray(taken.length);
      // 1xx: on the way to an answer.
      if (taken.answer.status >= 200) this.answers.push(taken.answer);
    }
  }
}

function takeAnswer(bytes, bodiless) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) {
    if (bytes.length > 65_536) throw new NotHttp('a head without an end');
    return undefined;
  }
  const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(STATUS_LINE.exec(first)?.[1]);
  if (!(status >= 100)) throw new NotHttp(`status line ${JSON.stringify(first.slice(0, 80))}`);
  const headers = headersIn(lines);
  const start = end + 4;
  if (status < 200) return { answer: { status, headers, body: '' }, length: start };
  const none = bodiless || status === 204 || status === 304;
  if (none) return { answer: { status, headers, body: '' }, length: start };
  return headers['transfer-encoding'] === 'chunked' ? takeChunks(bytes, start, status, headers) : takeLength(bytes, start, status, headers);
}

function takeLength(bytes, start, status, headers) {
  const length = headers['content-length'];
  if (length === undefined || !/^\d+$/.test(length)) throw new NotHttp(`a ${status} without a length`);
  const stop = start + Number(length);
  if (bytes.length < stop) return undefined;
  return { answer: { status, headers, body: bytes.toString('utf8', start, stop) }, length: stop };
}

function takeChunks(bytes, start, status, headers) {
  const parts = [];
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line === -1) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (!Number.isInteger(size)) throw new NotHttp('a chunk without a size');
    const stop = line + 2 + size;
    if (bytes.length < stop + 2) return undefined;
    if (bytes.toString('latin1', stop, stop + 2) !== '\r\n') throw new NotHttp('a chunk longer than its size');
    if (size === 0) return { answer: { status, headers, body: Buffer.concat(parts).toString('utf8') }, length: stop + 2 };
    parts.push(bytes.subarray(line + 2, stop));
    at = stop + 2;
  }
}

function headersIn(lines) {
  const headers = {};
  for (const line of lines) {
    if (!FIELD.test(line)) throw new NotHttp(`header ${JSON.stringify(line.slice(0, 80))}`);
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

/** A connection, opened; errors after that are told by its `close`. */
export function open(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    socket.once('error', reject).once('connect', () => {
      socket.off('error', reject).on('error', () => undefined);
      resolve(socket);
    });
  });
}

/**
 * Sends bytes on a connection of their own, ends our side (unless it is to be kept open), and reads what comes until the server ends its side.
 * @returns {Promise<{ answers: object[], settled: boolean, whole: boolean }>} `settled`: the server ended the connection in time
 */
export async function sendAlone(port, bytes, { bodiless = false, timeoutMs, cut = false, keepOpen = false }) {
  const socket = await open(port);
  const reader = new AnswerReader(() => bodiless);
  return new Promise((resolve, reject) => {
    const finish = (settled) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ answers: reader.answers, settled, whole: reader.whole });
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk);
      } catch (error) {
        clearTimeout(timer);
        socket.destroy();
        reject(error);
      }
    });
    socket.once('end', () => finish(true)).once('close', () => finish(true));
    if (cut) socket.write(bytes, () => socket.resetAndDestroy());
    else if (keepOpen) socket.write(bytes);
    else socket.end(bytes);
  });
}

/** A connection kept alive, on which many requests are sent at once and answered in order. */
export class Pipeline {
  #port;
  #socket;

  constructor(port) {
    this.#port = port;
  }

  /**
   * Sends them all at once.
   * @param {readonly { bytes: Buffer, bodiless: boolean }[]} cases
   * @returns {Promise<{ answers: object[], settled: boolean, fault?: Error }>} fewer answers than cases: the server ended the connection behind the last one
   */
  async send(cases, timeoutMs) {
    this.#socket ??= await open(this.#port);
    const socket = this.#socket;
    const reader = new AnswerReader((n) => cases[n]?.bodiless ?? false);
    const { answers } = reader;
    return new Promise((resolve) => {
      const finish = (settled, fault) => {
        clearTimeout(timer);
        socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close');
        if (answers.length < cases.length || fault !== undefined || answers.at(-1).headers.connection === 'close') this.close();
        resolve({ answers, settled, fault });
      };
      const timer = setTimeout(() => finish(false), timeoutMs);
      socket.on('data', (chunk) => {
        try {
          reader.push(chunk);
        } catch (error) {
          return finish(true, error);
        }
        if (answers.length >= cases.length) finish(true, answers.length > cases.length ? new NotHttp('more answers than requests') : undefined);
      });
      socket.once('end', () => finish(true)).once('close', () => finish(true));
      socket.write(Buffer.concat(cases.map(({ bytes }) => bytes)));
    });
  }

  close() {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}
