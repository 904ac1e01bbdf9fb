// A business of Nippy's: people take goods out of a stock, what they take is counted by jobs, and keys are traded for tokens and revoked.
import { Caller } from './caller.mjs';

const STOCK = 1_000_000;
/** How many of those that were acknowledged last are looked for one by one. */
const LOOKED_FOR = 50;
/** How many keys of earlier lives are tried again after each crash; at the end it is all of them. */
const AGAIN = 20;
const MEASURES = [{ function: 'count' }, { function: 'sum', field: 'quantity' }];
/** Everybody's, so that the rows themselves are counted, and not the days' counts. */
const ROWS = [{ field: 'person', operator: 'ne', value: 'nobody' }];

export class Shop extends Caller {
  /** By id: `{ raw, token, state: 'live' | 'ending' | 'revoked' }`. */
  keys = new Map();
  /** Who took something, and how much; in turn. */
  taken = [];
  acknowledged = 0;
  updates = 0;
  #place;
  #asked = { count: 0, sum: 0 };
  #heard = { count: 0, sum: 0 };

  /** Works until nobody answers, or it is told to stop. */
  async live(stop) {
    this.key ??= (await this.#makeKey('worker', false)) ?? undefined;
    if (this.key === undefined) return;
    this.#place ??= await this.#open();
    if (this.#place === undefined) return;
    while (!stop.now) {
      const what = this.chance.below(10);
      const answered = await (what < 2 ? this.#makeKey('key') : what < 4 ? this.#revokeOne() : this.#take());
      if (answered === null) return;
    }
  }

  /** Nothing that was acknowledged is lost, nothing is counted twice, and what is taken is gone from the stock. */
  async compare({ all }) {
    if (this.#place === undefined) return;
    const keys = [...this.keys.values()];
    for (const key of all ? keys : keys.slice(-AGAIN)) await this.#compareKey(key);
    const [byDay, rows] = [await this.#count([]), await this.#count(ROWS)];
    const wrong = (what) => this.faults.push(`${this.name}: ${what}: ${JSON.stringify({ byDay, rows, asked: this.#asked, heard: this.#heard })}`);
    if (byDay.count !== rows.count || byDay.sum !== rows.sum) wrong('the days count other than the rows');
    if (rows.count < this.#heard.count || rows.sum < this.#heard.sum) wrong('what was acknowledged is not there');
    if (rows.count > this.#asked.count || rows.sum > this.#asked.sum) wrong('more is there than was asked for');
    const lying = (await this.call('GET', `/supply/nippy-center-stocks?nippy_center_id=${this.#place.center}`))?.json?.[0]?.currentStock;
    if (lying !== STOCK - rows.sum) wrong(`${lying} are left`);
    const people = this.taken.slice(-LOOKED_FOR);
    if (people.length > 0 && (await this.#count([{ field: 'person', operator: 'in', value: people }])).count !== people.length)
      wrong('one of the last is there twice, or not');
  }

  async #open() {
    const stock = (await this.ask('POST', '/supply/stocks', { product_name: 'Cap', total_stock: STOCK }))?.json._id;
    const center = (await this.ask('POST', '/supply/nippy-centers', { name: 'North', address: 'Street 1', latitude: 1, longitude: 1 }))?.json._id;
    if (stock === undefined || center === undefined) return undefined;
    const assigned = await this.ask('POST', '/supply/stock-assignments', { stock_id: stock, nippy_center_id: center, quantity: STOCK });
    return assigned === undefined ? undefined : { stock, center };
  }

  async #take() {
    const quantity = 1 + this.chance.below(3);
    const person = `person-${this.#asked.count}`;
    this.#asked = { count: this.#asked.count + 1, sum: this.#asked.sum + quantity };
    const input = { stock_id: this.#place.stock, nippy_center_id: this.#place.center, quantity, person };
    const done = this.chance.odds(0.5) ? await this.ask('POST', '/supply/withdrawals', input) : await this.tool('supply_create_withdrawal', input);
    if (done === undefined) return null;
    this.#heard = { count: this.#heard.count + 1, sum: this.#heard.sum + quantity };
    this.taken.push(person);
    this.acknowledged += 1;
    return true;
  }

  async #makeKey(name, counts = true) {
    const made = await this.ask('POST', '/gatehouse/keys', { name }, this.site.person(this.name));
    if (made === undefined) return null;
    const { id, raw_key: raw } = made.json;
    const token = await this.#trade(id, raw);
    if (counts) this.keys.set(id, { raw, token, state: 'live' });
    return raw;
  }

  /** undefined where nobody answers. */
  async #trade(id, raw) {
    try {
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: raw });
      const answer = await globalThis.fetch(`${this.site.url}/oauth/token`, { method: 'POST', body });
      if (answer.status !== 200 && answer.status !== 503) this.faults.push(`${this.name}: a key is traded with ${answer.status}`);
      return (await answer.json()).access_token;
    } catch {
      return undefined;
    }
  }

  async #revokeOne() {
    const live = [...this.keys].filter(([, { state }]) => state === 'live');
    if (live.length === 0) return undefined;
    const [id, key] = this.chance.pick(live);
    // Not answered, it may be done or not: either is right.
    key.state = 'ending';
    const answer = await this.ask('DELETE', `/gatehouse/keys/${id}`, undefined, this.site.person(this.name));
    if (answer === undefined) return null;
    key.state = 'revoked';
    return true;
  }

  async #compareKey({ raw, token, state }) {
    const right = { live: [200], revoked: [401], ending: [200, 401] }[state];
    for (const credential of token === undefined ? [raw] : [raw, token]) {
      const status = (await this.call('GET', '/flows', undefined, credential))?.status;
      if (!right.includes(status))
        this.faults.push(`${this.name}: a ${credential === raw ? 'key' : 'token of a key'} that is ${state} is answered with ${status}`);
    }
  }

  async #count(filters) {
    const query = { collection: 'withdrawals', measures: MEASURES, ...(filters.length > 0 && { filters }) };
    const [row] = (await this.call('POST', '/analytics/query', query))?.json?.rows ?? [];
    return { count: row?.count ?? 0, sum: row?.sum_quantity ?? 0 };
  }
}
