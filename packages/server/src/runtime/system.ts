import { type Operation, defineOperation, refuse } from '@gatehouse/contract';
import { z } from 'zod';
import { bindTo } from './bind.js';
import type { Platform } from './platform.js';
import type { Binding } from './types.js';

const bind = bindTo([]);

/** The routes that every platform has, unless it declares its own at the same address. */
export function systemBindings(platform: Pick<Platform, 'version' | 'publicVersion'>, ping: () => Promise<void>, own: readonly Operation[]): Binding[] {
  const taken = new Set(own.map((op) => op.rest?.path));
  return [version(platform), bind(health, () => ({ status: 'ok' as const })), ready(ping)].filter(({ op }) => !taken.has(op.rest?.path));
}

const anyone = { scope: null, by: ['none', 'key', 'session', 'idp', 'token'] } as const;

function version({ version: number, publicVersion }: Pick<Platform, 'version' | 'publicVersion'>): Binding {
  const op = defineOperation({
    name: 'version',
    title: 'Version',
    description: 'Says which version of the platform this is.',
    access: publicVersion ? anyone : { scope: null },
    input: z.object({}),
    output: z.object({ version: z.string(), api: z.literal('v1') }),
    effect: 'read',
    rest: { method: 'GET', path: '/version' },
    tool: false,
  });
  return bind(op, () => ({ version: number, api: 'v1' as const }));
}

const health = defineOperation({
  name: 'health',
  title: 'Health',
  description: 'Answers while the process is alive.',
  access: anyone,
  input: z.object({}),
  output: z.object({ status: z.literal('ok') }),
  effect: 'read',
  rest: { method: 'GET', path: '/health' },
  tool: false,
});

function ready(ping: () => Promise<void>): Binding {
  const op = defineOperation({
    name: 'ready',
    title: 'Readiness',
    description: 'Answers 200 while calls can be served, database included; 503 otherwise.',
    access: anyone,
    input: z.object({}),
    output: z.object({ status: z.literal('ready') }),
    errors: ['unavailable'],
    effect: 'read',
    rest: { method: 'GET', path: '/health/ready' },
    tool: false,
  });
  return bind(op, async () => {
    try {
      await ping();
      return { status: 'ready' as const };
    } catch {
      return refuse('unavailable', 'The database is out of reach.', { retryAfterSeconds: 1 });
    }
  });
}
