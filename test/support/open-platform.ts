import type { Environment, GatehouseOptions, Platform } from 'gatehouse';
import { type TestApp, openApp } from './open-app.js';

/** A platform's real app on an empty database and a free port, with a clock of its own. Close it. */
export interface PlatformApp extends Pick<TestApp, 'gatehouse' | 'url' | 'key' | 'logged' | 'close'> {
  /** Unix milliseconds; stands still until it is moved. */
  now: number;
  /** Waits until nothing is due that was asked for, those that stand apart in the queue included. */
  settle(): Promise<void>;
}

export type Chance = Pick<GatehouseOptions, 'randomInt'>;

export async function openPlatform(platform: Platform, environment: Environment, chance: Chance = {}): Promise<PlatformApp> {
  const { gatehouse, url, clock, key, logged, close } = await openApp(platform, { environment, ...chance });
  return {
    gatehouse,
    url,
    key,
    logged,
    close,
    get now() {
      return clock.now();
    },
    set now(at) {
      clock.advance(at - clock.now());
    },
    async settle() {
      // One tenant's jobs stand apart in time: a minute is enough for a thousand of them.
      clock.advance(60_000);
      await gatehouse.jobs.settle();
    },
  };
}
