import { expect, test } from 'vitest';
import { durationSeconds, momentFrom } from '../../src/cli/duration.js';

test.each([
  ['30d', 2_592_000],
  ['24h', 86_400],
  ['90m', 5_400],
  ['45s', 45],
  ['0', 0],
])('%s is a time', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});

test.each(['', '30', '-1h', '1.5h', '1w', 'h', ' 1h', '1h30m', '1e3s', '99999999999d'])('%j is no time', (text) => {
  expect(durationSeconds(text)).toBeUndefined();
});

test('an expiry is a moment, or a time from now', () => {
  const now = Date.parse('2026-01-31T09:30:00Z');
  expect(momentFrom('12h', now)).toBe(Date.parse('2026-01-31T21:30:00Z'));
  expect(momentFrom('2030-01-31T12:00:00Z', now)).toBe(Date.parse('2030-01-31T12:00:00Z'));
  expect(momentFrom('2030-01-31T12:00:00+02:00', now)).toBe(Date.parse('2030-01-31T10:00:00Z'));
  expect(momentFrom('2030-01-31', now)).toBe(Date.parse('2030-01-31T00:00:00Z'));
  for (const text of ['2030-13-01', '2030-01-31T12:00:00', 'tomorrow', '1893456000', '']) expect(momentFrom(text, now)).toBeUndefined();
});
