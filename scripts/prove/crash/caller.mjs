// What every client of a server that is killed has in common: calls that may go unanswered, and what may not be said.
import { bearer } from '../fuzz/request.mjs';

const TIMEOUT_MS = 15_000;

export class Caller {
  /** What calls come with unless they say otherwise. @type {string | undefined} */
  key;
  unanswered = 0;

  constructor({ name, site, chance, faults }) {
    Object.assign(this, { name, site, chance, faults });
  }

  /** The answer to what must succeed; undefined where there is none, for want of a server or a database. */
  async ask(method, path, body, token) {
    const answer = await this.call(method, path, body, token);
    if (answer !== undefined && answer.status >= 200 && answer.status < 300) return answer;
    this.unanswered += 1;
    if (answer !== undefined && answer.status !== 503)
      this.faults.push(`${this.name}: ${method} ${path} is answered with ${answer.status} ${JSON.stringify(answer.json)}`);
    return undefined;
  }

  async tool(name, given) {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } };
    const answer = await this.fetch('POST', '/mcp', body, this.key);
    const done = answer?.json?.result?.structuredContent;
    if (done !== undefined) return done;
    this.unanswered += 1;
    if (answer !== undefined && answer.status !== 503) this.faults.push(`${this.name}: ${name} is answered with ${JSON.stringify(answer.json)}`);
    return undefined;
  }

  call(method, path, body, token = this.key) {
    return this.fetch(method, `/api/v1${path}`, body, token);
  }

  async fetch(method, path, body, token) {
    try {
      const response = await globalThis.fetch(this.site.url + path, {
        method,
        headers: { ...Object.fromEntries([bearer(token)]), ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
    } catch (error) {
      if (error.name === 'TimeoutError') this.faults.push(`${this.name}: ${method} ${path} was not answered in time`);
      return undefined;
    }
  }
}
