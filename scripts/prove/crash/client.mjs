// One person who makes and revokes keys, and files and changes tickets, and who keeps a record of what was acknowledged.
import { Caller } from './caller.mjs';

const PAGE = 100;
/** How many of earlier lives are looked at again after each crash; at the end it is all of them. */
const AGAIN = 40;

export class Client extends Caller {
  /** By id: `{ raw, state: 'live' | 'ending' | 'revoked' }`. */
  keys = new Map();
  /** By project: the titles that were asked for, with what must be there. */
  projects = [];
  acknowledged = 0;
  updates = 0;
  /** Works until nobody answers, or it is told to stop. */
  async live(stop) {
    this.key ??= (await this.#makeKey('worker', false)) ?? undefined;
    if (this.key === undefined) return;
    const made = await this.ask('POST', '/projects', { name: `life ${this.projects.length}` });
    if (made === undefined) return;
    const project = { id: made.json.id, tickets: new Map() };
    this.projects.push(project);
    for (let n = 0; !stop.now; n += 1) {
      const what = this.chance.below(10);
      const answered = await (what < 2
        ? this.#makeKey(`key ${n}`)
        : what < 4
          ? this.#revokeOne()
          : what < 8
            ? this.#file(project, n)
            : this.#change(project, n));
      if (answered === null) return;
    }
  }

  /** Whether all that was acknowledged is there, and whole. */
  async compare({ all }) {
    if (this.key === undefined) return;
    const keys = [...this.keys.values()];
    const projects = all ? this.projects : this.projects.slice(-1);
    for (const key of all ? keys : keys.slice(-AGAIN)) await this.#compareKey(key);
    for (const project of projects) await this.#compareProject(project);
  }

  async #makeKey(name, counts = true) {
    const made = await this.ask('POST', '/api-keys', { name }, this.site.issuer.token(this.name));
    if (made === undefined) return null;
    if (counts) this.keys.set(made.json.id, { raw: made.json.raw_key, state: 'live' });
    return made.json.raw_key;
  }

  async #revokeOne() {
    const live = [...this.keys].filter(([, { state }]) => state === 'live');
    if (live.length === 0) return undefined;
    const [id, key] = this.chance.pick(live);
    // Not answered, it may be done or not: either is right.
    key.state = 'ending';
    const answer = await this.ask('DELETE', `/api-keys/${id}`, undefined, this.site.issuer.token(this.name));
    if (answer === undefined) return null;
    key.state = 'revoked';
    return true;
  }

  /** A ticket with labels and with tickets that it waits for: rows of more than one table. */
  async #file(project, n) {
    const known = [...project.tickets.values()].filter(({ id }) => id !== undefined);
    const dependsOn = this.chance.several(3, () => known[this.chance.below(known.length)]?.id).filter((id) => id !== undefined);
    const wanted = { project_id: project.id, title: `ticket ${n}`, tags: [`t${n}`, 'crash'], depends_on: [...new Set(dependsOn)] };
    const entry = { ...wanted, id: undefined, titles: [wanted.title] };
    project.tickets.set(wanted.title, entry);
    const ticket = this.chance.odds(0.5) ? (await this.ask('POST', '/tickets', wanted))?.json : await this.tool('tickets_create', wanted);
    if (ticket === undefined) return null;
    entry.id = ticket.id;
    this.acknowledged += 1;
    return true;
  }

  async #change(project, n) {
    const known = [...project.tickets.values()].filter(({ id }) => id !== undefined);
    if (known.length === 0) return undefined;
    const entry = this.chance.pick(known);
    const description = `change ${n}`;
    entry.descriptions = [entry.description ?? null, description];
    const change = { title: entry.title, description };
    const done = this.chance.odds(0.5)
      ? await this.ask('PATCH', `/tickets/${entry.id}`, change)
      : await this.tool('tickets_update', { id: entry.id, ...change });
    if (done === undefined) return null;
    entry.description = description;
    entry.descriptions = [description];
    this.updates += 1;
    return true;
  }

  async #compareKey({ raw, state }) {
    const status = (await this.call('GET', '/projects?limit=1', undefined, raw))?.status;
    const right = { live: [200], revoked: [401], ending: [200, 401] }[state];
    if (!right.includes(status)) this.faults.push(`${this.name}: a key that is ${state} is answered with ${status}`);
  }

  async #compareProject({ id, tickets }) {
    const found = new Map();
    for (let offset = 0; ; offset += PAGE) {
      const page = (await this.call('GET', `/tickets?project_id=${id}&limit=${PAGE}&offset=${offset}`))?.json;
      if (!Array.isArray(page)) return this.faults.push(`${this.name}: a project's tickets cannot be read: ${JSON.stringify(page)}`);
      for (const ticket of page) {
        if (found.has(ticket.title)) this.faults.push(`${this.name}: ${ticket.title} is there twice`);
        found.set(ticket.title, ticket);
      }
      if (page.length < PAGE) break;
    }
    for (const [title, ticket] of found) this.#compareTicket(title, ticket, tickets.get(title));
    for (const [title, entry] of tickets)
      if (entry.id !== undefined && !found.has(title)) this.faults.push(`${this.name}: ${title} was acknowledged, and is not there`);
    return undefined;
  }

  #compareTicket(title, ticket, entry) {
    const wrong = (what) => this.faults.push(`${this.name}: ${title} ${what}: ${JSON.stringify(ticket)}`);
    if (entry === undefined) return wrong('was never asked for');
    if (entry.id !== undefined && entry.id !== ticket.id) wrong('has another id');
    if (String(ticket.tags) !== String(entry.tags)) wrong('has other tags');
    if (String([...ticket.depends_on].sort()) !== String([...entry.depends_on].sort())) wrong('waits for others');
    if (!(entry.descriptions ?? [null]).includes(ticket.description)) wrong('has another description');
    return undefined;
  }
}
