import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  isInvitationTokenForm,
  isLinkTokenForm,
  newAccessToken,
  newInvitationToken,
  newLinkToken,
  newRefreshToken,
  successorOf,
} from '../../src/domain/token-format.js';

const key = randomBytes(32);

it('a token is its prefix and 43 base64url characters, and is told from those of other kinds', () => {
  expect(newAccessToken(randomBytes)).toMatch(/^gha_[A-Za-z0-9_-]{43}$/);
  expect(newRefreshToken(randomBytes)).toMatch(/^ghr_[A-Za-z0-9_-]{43}$/);
  for (let i = 0; i < 50; i += 1) {
    const [link, invitation] = [newLinkToken(randomBytes), newInvitationToken(randomBytes)];
    expect([isLinkTokenForm(link), isLinkTokenForm(invitation), isInvitationTokenForm(invitation), isInvitationTokenForm(link)]).toEqual([
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
  expect(next).toMatch(/^ghr_[A-Za-z0-9_-]{43}$/);
  expect(next).not.toBe(token);
  expect(successorOf(token, key)).toBe(next);
  expect(successorOf(token, randomBytes(32))).not.toBe(next);
});

it('what is too short, too long or of other letters has not the form', () => {
  const token = newLinkToken(randomBytes);
  for (const wrong of [
    '',
    'ghl_',
    token.slice(0, -1),
    `${token}A`,
    `${token}=`,
    ` ${token}`,
    `${token}\n`,
    token.replace('ghl_', 'GHL_'),
    `ghl_${'.'.repeat(43)}`,
    `ghl_${'A'.repeat(42)}B`,
  ]) {
    expect(isLinkTokenForm(wrong), JSON.stringify(wrong)).toBe(false);
  }
});
