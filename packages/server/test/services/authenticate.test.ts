import { describe, expect, it } from 'vitest';
import { callerOf } from '../../src/domain/presented.js';
import type { Principal, Resolution, Resolver } from '../../src/domain/principal.js';
import { Authenticator } from '../../src/services/authenticate.js';
import { Outage } from '../../src/services/outage.js';
import { UnavailableError } from '../../src/domain/unavailable-error.js';

const principal: Principal = {
  tenant: 't',
  credential: { kind: 'idp', id: 'i' },
  rights: { has: () => true, grantable: () => false, consented: false, stepUp: () => undefined, covers: () => true, cacheKey: '' },
  dependsOn: [],
};
const changes = { current: () => true, epoch: () => 0, barrier: async () => undefined, onChange: () => undefined };

function authenticatorOf(resolvers: readonly Resolver[]) {
  const lastUsed = { seen: () => undefined } as never;
  const outage = new Outage({ ping: async () => undefined, log: () => undefined, elapsed: () => 0 });
  const authenticator = new Authenticator({ resolvers, changes, lastUsed, now: () => 0, cacheSize: 10, outage });
  return (headers: Record<string, string>) => authenticator.resolve(callerOf({ header: (name) => headers[name], address: '', secure: false, requestId: '' }));
}

const resolver = (resolve: Resolver['resolve'], kind: Resolver['kind'] = 'idp'): Resolver => ({ kind, accepts: ['authorization'], resolve });

describe('the chain of resolvers', () => {
  it('asks the next one where a credential is foreign, and stops where it is refused', async () => {
    const asked: string[] = [];
    const answering = (name: string, answer: Resolution) => () => {
      asked.push(name);
      return answer;
    };
    const resolve = authenticatorOf([
      resolver(answering('first', { is: 'foreign' }), 'key'),
      resolver(answering('second', { is: 'refused', reason: 'expired' }), 'session'),
      resolver(answering('third', { is: 'ok', principal })),
    ]);
    expect(await resolve({ authorization: 'Bearer x' })).toEqual({ is: 'refused', reason: 'expired' });
    expect(asked).toEqual(['first', 'second']);
  });

  it('refuses what nobody claims', async () => {
    const resolve = authenticatorOf([resolver(() => ({ is: 'foreign' }))]);
    expect(await resolve({ authorization: 'Bearer x' })).toEqual({ is: 'refused', reason: 'malformed' });
  });

  it('never takes a credential in a header that its kind does not accept, not even one it knows', async () => {
    const resolve = authenticatorOf([resolver(() => ({ is: 'ok', principal }))]);
    expect(await resolve({ 'x-api-key': 'x' })).toEqual({ is: 'refused', reason: 'malformed' });
    expect(await resolve({ authorization: 'Bearer x' })).toEqual({ is: 'ok', principal });
    expect(await resolve({ 'x-api-key': 'x' })).toEqual({ is: 'refused', reason: 'malformed' });
  });

  it('answers at once, without a promise, for a credential it knows', async () => {
    const resolve = authenticatorOf([resolver(async () => ({ is: 'ok', principal }))]);
    expect(resolve({ authorization: 'Bearer x' })).toBeInstanceOf(Promise);
    await resolve({ authorization: 'Bearer x' });
    expect(resolve({ authorization: 'Bearer x' })).toEqual({ is: 'ok', principal });
  });

  it.each([
    [
      'throws',
      () => {
        throw new UnavailableError('Down', { retryAfterSeconds: 2 });
      },
    ],
    ['rejects', () => Promise.reject(new UnavailableError('Down', { retryAfterSeconds: 2 }))],
  ])('has not judged a credential where the store that a resolver asks %s', async (_how, fail: Resolver['resolve']) => {
    const resolve = authenticatorOf([resolver(async () => ({ is: 'foreign' }), 'key'), resolver(fail)]);
    expect(await resolve({ authorization: 'Bearer x' })).toEqual({ is: 'unavailable', retryAfterSeconds: 2 });
  });

  it('does not remember a refusal', async () => {
    let known = false;
    const resolve = authenticatorOf([resolver(() => (known ? { is: 'ok', principal } : { is: 'refused', reason: 'unknown' }))]);
    expect(resolve({ authorization: 'Bearer x' })).toEqual({ is: 'refused', reason: 'unknown' });
    known = true;
    expect(resolve({ authorization: 'Bearer x' })).toEqual({ is: 'ok', principal });
  });
});
