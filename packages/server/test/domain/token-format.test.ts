import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { isAccessTokenForm, isRefreshTokenForm, newAccessToken, newRefreshToken, successorOf } from '../../src/domain/token-format.js';

const key = randomBytes(32);

it('an access token is gha_ and 43 base64url characters, and no refresh token; a refresh token is ghr_ and as many', () => {
  expect(newAccessToken(randomBytes)).toMatch(/^gha_[A-Za-z0-9_-]{43}$/);
  expect(newRefreshToken(randomBytes)).toMatch(/^ghr_[A-Za-z0-9_-]{43}$/);
  for (let i = 0; i < 50; i += 1) {
    const [access, refresh] = [newAccessToken(randomBytes), newRefreshToken(randomBytes)];
    expect([isAccessTokenForm(access), isAccessTokenForm(refresh), isRefreshTokenForm(refresh), isRefreshTokenForm(access)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  }
});

it('every bit of the 32 bytes is in the token', () => {
  expect(newAccessToken(() => Buffer.alloc(32))).toBe(`gha_${'A'.repeat(43)}`);
  expect(newAccessToken(() => Buffer.alloc(32, 255))).toBe(`gha_${'_'.repeat(42)}8`);
});

it('the successor of a refresh token is one, always the same, and another under another key', () => {
  const token = newRefreshToken(randomBytes);
  const next = successorOf(token, key);
  expect(isRefreshTokenForm(next)).toBe(true);
  expect(next).not.toBe(token);
  expect(successorOf(token, key)).toBe(next);
  expect(successorOf(token, randomBytes(32))).not.toBe(next);
});

it('what is too short, too long or of other letters has not the form', () => {
  const token = newAccessToken(randomBytes);
  for (const wrong of [
    '',
    'gha_',
    token.slice(0, -1),
    `${token}A`,
    `${token}=`,
    ` ${token}`,
    `${token}\n`,
    token.replace('gha_', 'GHA_'),
    `gha_${'.'.repeat(43)}`,
    `gha_${'A'.repeat(42)}B`,
  ]) {
    expect(isAccessTokenForm(wrong), JSON.stringify(wrong)).toBe(false);
  }
});
