// Somebody who goes from step to step, and before each step tries what is nearly it.
import { faultIn } from './check.mjs';
import { JSON_TYPE, bytesOf } from './request.mjs';
import { spoilt } from './values.mjs';
import { sendAlone } from './wire.mjs';

const FORM = ['Content-Type', 'application/x-www-form-urlencoded'];
const TYPES = [JSON_TYPE, ['Content-Type', 'multipart/form-data; boundary=x'], ['Content-Type', ''], ['Content-Type', `${FORM[1]}; charset=utf-16`]];
const HEADERS = [
  ['Origin', 'http://evil.example'],
  ['Origin', 'null'],
  ['Authorization', 'Basic eDp5'],
  ['Authorization', 'Bearer x'],
  ['X-API-Key', 'x'],
  ['Cookie', 'gatehouse_session=x'],
  ['Sec-Fetch-Site', 'cross-site'],
  ['Sec-Fetch-Dest', 'document'],
  ['Content-Encoding', 'gzip'],
  ['Expect', '100-continue'],
];
const SETTLED_MS = 10_000;
/** How many of the secrets that were made last are looked for in the log. */
const WATCHED = 60;

/**
 * A request in its parts: `{ method?, target, query?, form?, json?, headers? }`, where query, form and headers are lists of names and values.
 * @typedef {{ method?: string, target: string, query?: [string, string][], form?: [string, string][], json?: unknown, headers?: [string, string][] }} Parts
 */
export class Traveller {
  cookies = new Map();
  /** What no answer to others may show. @type {string[]} */
  held = [];
  /** Of a network of its own, which no other one has used up. */
  #address;

  constructor(world, tally, chance) {
    Object.assign(this, { world, tally, chance });
    this.#address = ['fd00', ...Array.from({ length: 3 }, () => chance.below(65_536).toString(16)), '', '1'].join(':');
  }

  /** Notes secrets that were just handed out. */
  holds(...secrets) {
    this.held.push(...secrets);
    const { log } = this.world;
    log.live = [...log.live, ...secrets].slice(-WATCHED);
  }

  /**
   * Now and then requests that are nearly this one, and then this one.
   * @param {string} name
   * @param {Parts} parts
   * @param {readonly number[]} wanted what it is answered with, unless one of those before has been let through
   * @returns {Promise<object | undefined>} the answer, where it is that
   */
  async step(name, parts, wanted) {
    // The time is over: so is the journey.
    if (this.tally.done) return undefined;
    let done = false;
    for (let n = this.chance.odds(0.5) ? 1 + this.chance.below(2) : 0; n > 0; n -= 1) {
      const answer = await this.#send(`${name}, nearly`, this.#nearly(parts), this.held);
      done ||= answer !== undefined && answer.status < 400;
    }
    const answer = await this.#send(name, parts, []);
    if (answer === undefined) return undefined;
    if (wanted.includes(answer.status)) {
      this.#keepCookies(answer.headers['set-cookie']);
      return answer;
    }
    if (!done) this.tally.fault(name, `not ${wanted.join(' or ')}`, this.#bytes(parts), answer);
    return undefined;
  }

  async #send(name, parts, secrets) {
    const { world, tally } = this;
    const bytes = this.#bytes(parts);
    try {
      const bodiless = parts.method === 'HEAD';
      const { answers, settled } = await sendAlone(world.port, bytes, { bodiless, timeoutMs: SETTLED_MS, keepOpen: true });
      const [answer] = answers;
      if (!settled || answer === undefined) {
        tally.fault(name, settled ? 'ended without an answer' : 'no answer in time', bytes);
        return undefined;
      }
      tally.add(name, answer.status);
      const fault = faultIn(answer, { bodiless, page: true, secrets: [...world.secrets, ...secrets] });
      if (fault !== undefined) tally.fault(name, fault, bytes, answer);
      return answer;
    } catch (error) {
      tally.fault(name, `${error.code ?? error}`, bytes);
      return undefined;
    }
  }

  #bytes({ method = 'GET', target, query, form, json, headers = [] }) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const has = (wanted) => headers.some(([name]) => name === wanted);
    const body = form === undefined ? JSON.stringify(json) : new URLSearchParams(form).toString();
    const all = [
      ['Connection', 'close'],
      ['X-Forwarded-For', this.#address],
      ...(cookie === '' || has('Cookie') ? [] : [['Cookie', cookie]]),
      ...(body === undefined || has('Content-Type') ? [] : [form === undefined ? JSON_TYPE : FORM]),
      ...headers,
    ];
    return bytesOf({
      method,
      target: query === undefined ? target : `${target}?${new URLSearchParams(query)}`,
      headers: all,
      ...(body === undefined ? {} : { body }),
    });
  }

  #keepCookies(lines = '') {
    for (const line of lines.split(/, (?=[\w-]+=)/)) {
      const [, name, value] = /^([\w-]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined) continue;
      if (/Max-Age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  /** @param {Parts} parts @returns {Parts} */
  #nearly(parts) {
    const { chance } = this;
    const list = ['form', 'query'].find((one) => parts[one] !== undefined);
    const headers = parts.headers ?? [];
    const kind = chance.below(10);
    if (kind < 6 && list !== undefined) return { ...parts, [list]: nearlyFields(parts[list], chance) };
    if (kind < 6 && parts.json !== undefined) return { ...parts, json: spoilt(parts.json, chance) };
    if (kind === 6) return { ...parts, method: chance.pick(['GET', 'HEAD', 'PUT', 'DELETE', 'POST']) };
    if (kind === 7) return { ...parts, headers: [...headers, chance.pick(TYPES)] };
    if (kind === 8)
      return { ...parts, headers: [...headers.filter(() => chance.odds(0.5)), ['Cookie', chance.odds(0.5) ? '' : `${[...this.cookies].flat().join('=')}A`]] };
    return { ...parts, headers: [...headers.filter(([name]) => name !== 'Origin'), chance.pick(HEADERS)] };
  }
}

const HOSTILE = ['', ' ', '\u0000', '\ud800'.toWellFormed(), '*', '__proto__', 'x'.repeat(9000), '//evil.example', '\r\nSet-Cookie: a=b', '"><script>', '%00'];

/** The same fields with one of them left out, changed, told twice, or told by another's value. */
function nearlyFields(fields, chance) {
  if (fields.length === 0) return [[chance.pick(HOSTILE), 'x']];
  const at = chance.below(fields.length);
  const [name, value] = fields[at];
  const rest = fields.filter((_, i) => i !== at);
  const put = (text) => [...rest.slice(0, at), [name, text], ...rest.slice(at)];
  const choices = [
    () => rest,
    () => put(chance.pick(HOSTILE)),
    () => put(value.slice(0, chance.below(value.length + 1))),
    () => put(`${value}${chance.pick(['A', ' ', '=', value])}`),
    () => put(value.toUpperCase()),
    () => put(chance.pick(fields)[1]),
    () => [...fields, [name, chance.pick([value, ...HOSTILE])]],
    () => [...fields, ...Array.from({ length: 300 }, (_, i) => [`x${i}`, ''])],
    () => fields.toReversed(),
  ];
  return chance.pick(choices)();
}
