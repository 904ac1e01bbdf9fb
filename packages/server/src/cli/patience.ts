import { setTimeout } from 'node:timers/promises';

/** How long to wait for another process that is starting, stopping or doing one command. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 40;

/** Tries again and again, a little apart; undefined where it did not work out in time. */
export async function patiently<T>(now: () => number, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const until = now() + PATIENCE_MS; ; ) {
    const result = await attempt();
    if (result !== undefined || now() > until) return result;
    // Not in step with the others who wait.
    await setTimeout(PAUSE_MS * (0.5 + Math.random()));
  }
}
