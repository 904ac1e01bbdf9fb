import { expect, it } from 'vitest';
import { originOf } from '../../src/domain/origin.js';

const called = (host: string | undefined) => ({ header: (name: string) => (name === 'host' ? host : undefined) });

it('with a public URL the origin is that one, whatever host is called', () => {
  for (const host of ['127.0.0.1:4100', 'evil.example', undefined]) expect(originOf(called(host), 'https://api.example.com')).toBe('https://api.example.com');
});

it.each([
  ['localhost:4100', 'http://localhost:4100'],
  ['127.0.0.1:4100', 'http://127.0.0.1:4100'],
  ['127.0.0.9', 'http://127.0.0.9'],
  ['[::1]:4100', 'http://[::1]:4100'],
  ['LOCALHOST:4100', 'http://localhost:4100'],
  ['localhost:80', 'http://localhost'],
])('in development a call of %s is answered as %s', (host, origin) => {
  expect(originOf(called(host), undefined)).toBe(origin);
});

it.each([
  undefined,
  '',
  'evil.example',
  '10.0.0.1',
  'localhost.evil.example',
  'localhost@evil.example',
  'localhost/evil',
  'localhost:99999',
  '127.0.0.1:4100, evil',
  '[::1',
])('a host that is not this machine (%s) makes no origin', (host) => {
  expect(originOf(called(host), undefined)).toBe('http://localhost');
});
