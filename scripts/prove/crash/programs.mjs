// A person who lets programs in and ends them, by whichever way; programs that refresh; and a guest whose membership comes and goes with a program.
import { letIn, redeeming, refreshing } from './browser.mjs';
import { Caller } from './caller.mjs';

/** How many programs are looked at again after each crash; at the end it is all of them. */
const AGAIN = 15;
/** So long after it was asked with, a token that was replaced is answered for certain; it is some 30 s. */
const GRACE_MS = 20_000;
const TIMEOUT_MS = 15_000;

export class Programs extends Caller {
  /** By id: `{ client, code, verifier, access, refresh, before, state: 'redeeming' | 'live' | 'ending' | 'revoked' }`. */
  keys = new Map();
  acknowledged = 0;
  updates = 0;
  /** The person's token; `before`: the one that it replaced, or nothing; `askedAt`: when it was last asked to be refreshed, where no answer came. */
  #session = {};
  #lives = 0;
  #club;
  #guests;

  /** Works until nobody answers, or it is told to stop. */
  async live(stop) {
    this.#session.token ??= this.site.person(this.name);
    this.#lives += 1;
    while (!stop.now) {
      const what = this.chance.below(12);
      const answered = await (what < 4
        ? this.#connect(this.#session.token)
        : what < 7
          ? this.#refreshOne()
          : what < 9
            ? this.#endOne()
            : what < 10
              ? this.#refreshSession()
              : this.#comeOrGo());
      if (answered === null) return;
      this.acknowledged += 1;
    }
  }

  /** What was ended stays so, what was given is good, and what nobody knows of is one or the other, and wholly. */
  async compare({ all }) {
    if (this.#session.token === undefined) return;
    await this.#compareSession();
    const programs = [...this.keys.values()];
    for (const program of all ? programs : programs.slice(-AGAIN)) await this.#compareProgram(program);
  }

  async #connect(session, tenant) {
    const given = await letIn((...asked) => this.#page(...asked), { origin: this.site.url, session, tenant });
    if (given === undefined) return null;
    const program = { ...given, state: 'redeeming' };
    this.keys.set(given.client, program);
    const answer = await this.#token(redeeming(program));
    if (answer?.status !== 200) return this.#cut('a code', answer);
    Object.assign(program, { access: answer.json.access_token, refresh: answer.json.refresh_token, state: 'live' });
    return program;
  }

  async #refreshOne() {
    const program = this.#some('live');
    if (program === undefined) return undefined;
    const { refresh } = program;
    program.askedAt = Date.now();
    const answer = await this.#token(refreshing(program, refresh));
    if (answer?.status !== 200) return this.#cut('a refresh', answer);
    Object.assign(program, { access: answer.json.access_token, refresh: answer.json.refresh_token, before: refresh });
    this.updates += 1;
    return program;
  }

  /** By the program, or by its person. */
  async #endOne() {
    const program = this.#some('live');
    if (program === undefined || program === this.#guests) return undefined;
    program.state = 'ending';
    const { client, refresh } = program;
    const answer = this.chance.odds(0.5)
      ? await this.#form('/oauth/revoke', { client_id: client, token: refresh })
      : await this.call('POST', '/gatehouse/grants/revoke-client', { client_id: client }, this.#session.token);
    if (answer?.status !== 200) return this.#cut('an ending', answer);
    program.state = 'revoked';
    return program;
  }

  async #refreshSession() {
    const session = this.#session;
    session.askedAt = Date.now();
    const answer = await this.call('POST', '/auth/refresh', undefined, session.token);
    if (answer?.status !== 200) return this.#cut('a session', answer);
    this.#session = { token: answer.json.token, before: session.token, askedAt: session.askedAt };
    return true;
  }

  /** A guest joins the person's club, and lets a program in there; or is removed from it, and the program with the guest. */
  async #comeOrGo() {
    const owner = this.#session.token;
    const guest = this.site.person(`guest-of-${this.name}`);
    if (this.#club === undefined) {
      const made = await this.ask('POST', '/gatehouse/tenants', { name: `club of ${this.name}` }, owner);
      if (made === undefined) return null;
      this.#club = made.json.id;
    }
    if ((await this.ask('POST', '/gatehouse/sessions/switch', { tenant_id: this.#club }, owner)) === undefined) return null;
    const members = await this.ask('GET', '/gatehouse/members', undefined, owner);
    if (members === undefined) return null;
    const who = members.json.find(({ email }) => email === `guest-of-${this.name}@example.com`);
    return who === undefined ? this.#come(owner, guest) : this.#go(owner, who.user_id);
  }

  async #come(owner, guest) {
    const invited = await this.call('POST', '/gatehouse/invitations', { email: `guest-of-${this.name}@example.com`, role: 'viewer' }, owner);
    // So many a day, and no more.
    if (invited?.status === 429) return undefined;
    // One that was cut off may have been made.
    if (invited?.status !== 201 && invited?.status !== 409) return this.#cut('an invitation', invited);
    const received = await this.ask('GET', '/gatehouse/invitations/received', undefined, guest);
    if (received === undefined) return null;
    const accepted = await this.ask('POST', '/gatehouse/invitations/accept', { id: received.json[0]?.id }, guest);
    if (accepted === undefined) return null;
    const program = await this.#connect(guest, this.#club);
    this.#guests = program ?? undefined;
    return program;
  }

  async #go(owner, user) {
    const program = this.#guests;
    if (program?.state === 'live') program.state = 'ending';
    if ((await this.ask('DELETE', `/gatehouse/members/${user}`, undefined, owner)) === undefined) return null;
    if (program !== undefined) program.state = 'revoked';
    this.#guests = undefined;
    return true;
  }

  async #compareSession() {
    const { token, before, askedAt = 0 } = this.#session;
    const late = Date.now() - askedAt > GRACE_MS;
    const status = async (one) => (await this.call('GET', '/gatehouse/me', undefined, one))?.status;
    if ((await status(token)) !== 200) this.faults.push(`${this.name}: the session's token is answered with ${await status(token)}`);
    if (before !== undefined && !late && (await status(before)) !== 200) this.faults.push(`${this.name}: a session's token of just before is refused`);
    const again = await this.call('POST', '/auth/refresh', undefined, token);
    if (again?.status === 200) this.#session = { token: again.json.token };
    else this.faults.push(`${this.name}: the session cannot be refreshed: ${again?.status}`);
  }

  async #compareProgram(program) {
    const wrong = (what) => this.faults.push(`${this.name}: a program that is ${program.state} ${what}`);
    if (program.state === 'redeeming') return this.#compareCode(program, wrong);
    const late = Date.now() - (program.askedAt ?? 0) > GRACE_MS;
    const access = (await this.call('GET', '/flows', undefined, program.access))?.status;
    const refreshed = await this.#token(refreshing(program, program.refresh));
    const good = access === 200 && refreshed?.status === 200;
    const over = access === 401 && refreshed?.status === 400;
    const right = { live: good, revoked: over, ending: good || over }[program.state];
    if (!right) wrong(`is answered with ${access}, and ${refreshed?.status} where it refreshes`);
    if (good && program.before !== undefined && !late) {
      const again = await this.#token(refreshing(program, program.before));
      if (again?.json.refresh_token !== program.refresh) wrong(`gets another successor: ${again?.status}`);
    }
    if (good) Object.assign(program, { access: refreshed.json.access_token, refresh: refreshed.json.refresh_token, before: undefined, state: 'live' });
    else program.state = 'revoked';
    return undefined;
  }

  /** Whether it was redeemed nobody knows: it is good once more at most, and the next time ends what it gave. */
  async #compareCode(program, wrong) {
    const [first, second] = [await this.#token(redeeming(program)), await this.#token(redeeming(program))];
    if (![200, 400].includes(first?.status) || second?.status !== 400) wrong(`has a code that is answered with ${first?.status}, then ${second?.status}`);
    const access = first?.status === 200 ? (await this.call('GET', '/flows', undefined, first.json.access_token))?.status : 401;
    if (access !== 401) wrong(`has a code that was redeemed twice, and what it gave is answered with ${access}`);
    this.keys.delete(program.client);
  }

  #some(state) {
    const some = [...this.keys.values()].filter((program) => program.state === state).slice(-AGAIN);
    return some.length === 0 ? undefined : this.chance.pick(some);
  }

  #cut(what, answer) {
    this.unanswered += 1;
    if (answer !== undefined && answer.status !== 503)
      this.faults.push(`${this.name}: ${what} is answered with ${answer.status} ${JSON.stringify(answer.json)}`);
    return null;
  }

  #token(form) {
    return this.#form('/oauth/token', form);
  }

  async #form(path, form) {
    const answer = await this.#send('POST', path, { form: new URLSearchParams(form) });
    return answer === undefined ? undefined : { status: answer.status, json: answer.text === '' ? undefined : JSON.parse(answer.text) };
  }

  /** undefined where nobody answers as is wanted, of which nobody but a server that ends may be the cause. */
  async #page(method, path, { wanted, ...options }) {
    const answer = await this.#send(method, path, options);
    if (answer?.status === wanted) return answer;
    this.#cut(`${method} ${path.slice(0, 30)}`, answer === undefined ? undefined : { status: answer.status, json: answer.text.slice(0, 300) });
    return undefined;
  }

  async #send(method, path, { json, form, cookie, origin }) {
    const headers = {
      // Of an address of its own, with all that one address may do.
      'x-forwarded-for': `fd00:${Number(this.name.split('-')[1])}:${this.#lives.toString(16)}::1`,
      ...(json && { 'content-type': 'application/json' }),
      ...(cookie && { cookie }),
      ...(origin && { origin }),
    };
    try {
      const response = await globalThis.fetch(this.site.url + path, {
        ...{ method, headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) },
        body: json === undefined ? form : JSON.stringify(json),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      if (error.name === 'TimeoutError') this.faults.push(`${this.name}: ${method} ${path.slice(0, 30)} was not answered in time`);
      return undefined;
    }
  }
}
