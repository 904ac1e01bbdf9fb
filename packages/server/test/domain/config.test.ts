import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, shownDatabase } from '../../src/config.js';

const database = 'postgres://shop_serving:hush@127.0.0.1:5432/shop';
const secret = { secret: 'x'.repeat(32) };

describe('the configuration', () => {
  it('is development on loopback without a public URL', () => {
    expect(readConfig({}, {}, [])).toMatchObject({ host: '127.0.0.1', port: 4100, data: './data', development: true });
    expect(readConfig({ publicUrl: 'https://api.example.com' }, {}, []).development).toBe(false);
  });

  it('reads every flag from the environment too, and the flag wins', () => {
    const environment = { GATEHOUSE_PORT: '5000', GATEHOUSE_PUBLIC_URL: 'https://a.example' };
    expect(readConfig({}, environment, [])).toMatchObject({ port: 5000, publicUrl: 'https://a.example' });
    expect(readConfig({ port: '6000' }, environment, []).port).toBe(6000);
  });

  it('hands over only the settings that the platform declares, and takes a blank one for none', () => {
    const { settings } = readConfig({}, { CLERK_ISSUER: 'https://clerk.example', OTHER: 'x', BLANK: ' ' }, ['CLERK_ISSUER', 'BLANK']);
    expect(settings).toEqual({ CLERK_ISSUER: 'https://clerk.example', BLANK: undefined });
  });

  it.each([
    [{ host: '0.0.0.0' }, {}, '--public-url'],
    [{ port: '70000' }, {}, '--port'],
    [{ port: '4e3' }, {}, '--port'],
    [{ publicUrl: 'http://api.example.com' }, {}, '--public-url'],
    [{ publicUrl: 'https://api.example.com/path' }, {}, '--public-url'],
    [{ publicUrl: 'api.example.com' }, {}, '--public-url'],
    [{ trustProxy: '10.0.0.0/8,banana' }, {}, '--trust-proxy'],
    [{ corsOrigins: 'https://a.example/x' }, {}, '--cors-origins'],
    [{ logLevel: 'loud' }, {}, '--log-level'],
    [{ database: 'mysql://a:b@c/d', ...secret }, {}, '--database'],
    [{ database: 'postgres://a:b@c', ...secret }, {}, '--database'],
    [{ database: 'postgres://a:b@c/', ...secret }, {}, '--database'],
    [{}, { GATEHOUSE_DATABASE: 'a file', GATEHOUSE_SECRET: 'x'.repeat(32) }, 'GATEHOUSE_DATABASE:'],
    [{ databaseAdmin: 'file:a' }, {}, '--database-admin'],
    [{ database }, {}, 'GATEHOUSE_SECRET'],
    [{ database, data: './data', ...secret }, {}, '--data'],
    [{ databaseAdmin: database }, { GATEHOUSE_DATA: './data' }, 'GATEHOUSE_DATA:'],
    [{ workers: '2' }, {}, '--workers'],
    [{ workers: '0', database, ...secret }, {}, '--workers'],
    [{ workers: '65', database, ...secret }, {}, '--workers'],
    [{ workers: 'many', database, ...secret }, {}, '--workers'],
    [{}, { GATEHOUSE_PROT: '4100' }, 'GATEHOUSE_PROT'],
    [{}, { GATEHOUSE_PORT: 'x' }, 'GATEHOUSE_PORT:'],
    [{ port: 'x' }, { GATEHOUSE_PORT: '4100' }, '--port:'],
    [{ secret: 'short' }, {}, 'GATEHOUSE_SECRET:'],
  ])('%j with %j is refused, naming %s, where it was given or can be', (flags, environment, setting) => {
    expect(() => readConfig(flags as Record<string, string>, environment as Record<string, string>, [])).toThrow(ConfigError);
    expect(() => readConfig(flags as Record<string, string>, environment as Record<string, string>, [])).toThrow(setting);
  });

  it('never repeats a secret in an error', () => {
    expect(() => readConfig({ secret: 'hush-hush', port: 'x' }, {}, [])).toThrow(/^(?!.*hush)/);
    for (const given of ['hush-hush', 'postgre://u:hush-hush@h/d', 'postgres://u:hush-hush@h', 'postgres://u:hush-hush@:x/d']) {
      expect(() => readConfig({ database: given, ...secret }, {}, [])).toThrow(/^--database: (?!.*hush)/);
      expect(() => readConfig({ databaseAdmin: given }, {}, [])).toThrow(/^--database-admin: (?!.*hush)/);
    }
  });

  it('takes a PostgreSQL database with a root secret, and shows it without its role and password', () => {
    const config = readConfig({ database, workers: '4' }, { GATEHOUSE_SECRET: 'x'.repeat(32), GATEHOUSE_DATABASE_ADMIN: database }, []);
    expect(config).toMatchObject({ database, databaseAdmin: database, workers: 4 });
    expect(shownDatabase(`${database}?sslmode=require`)).toBe('postgres://127.0.0.1:5432/shop');
    expect(readConfig({}, {}, [])).toMatchObject({ database: undefined, databaseAdmin: undefined, workers: undefined });
  });
});
