// Reads every line that the server logs: each is one JSON object, none tells of a failure of ours or shows a credential.
const KNOWN = new Set(['request', 'authentication_failed', 'listening', 'stopping', 'stopped', 'first_start']);

export class LogWatch {
  secrets = [];
  /** Those that come and go. */
  live = [];
  faults = [];
  /** Lines by event. */
  counts = new Map();

  read(line) {
    if (line === '') return;
    let entry;
    try {
      entry = JSON.parse(line);
    } catch {
      this.#fault('a line that is no JSON', line);
      return;
    }
    const { event = 'without an event', level } = entry;
    this.counts.set(event, (this.counts.get(event) ?? 0) + 1);
    if (level === 'error' || level === 'fatal') this.#fault(`${event} in the log`, line);
    else if (!KNOWN.has(event) && level === 'warn') this.#fault(`${event} in the log`, line);
    if ([...this.secrets, ...this.live].some((secret) => line.includes(secret))) this.#fault('a credential in the log', '');
  }

  #fault(what, line) {
    if (this.faults.length < 20) this.faults.push(`${what}: ${line.slice(0, 1500)}`);
  }
}
