import { describe, expect, it } from 'vitest';
import { ownPath } from '../../src/domain/own-path.js';

describe('where a sign-in may go on to', () => {
  it.each([
    '/',
    '/account',
    '/oauth/authorize?client_id=a&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&scope=a%20b&state=x',
    '/oauth/authorize?redirect_uri=https://claude.ai/api/callback',
    '/a//b',
    '/a?next=//evil.example',
    '/a#b',
    '/%2F%2Fevil.example',
    "/it's-(fine)~!*;=@:+$,",
  ])('%s is a path of our own', (path) => {
    expect(ownPath(path)).toBe(path);
  });

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    ' /account',
    '/..//evil.example',
    '/a/..//evil.example',
    '/./\\evil.example',
    '/.//evil.example',
    '/%2e%2e//evil.example',
    '/%2E//evil.example',
    'https://evil.example',
    'https:/evil.example',
    'https:evil.example',
    'http://own.invalid/account',
    'javascript:alert(1)',
    'data:text/html,x',
    'account',
    '@evil.example',
    '.evil.example',
    '?next=/x',
    '#x',
    '',
    '/a\u0000b',
    '/a\r\nset-cookie: x=y',
    '/a\u2028b',
    '/／evil.example',
    '/é',
    '/a b',
    '/a\\b',
    `/${'a'.repeat(2000)}`,
    null,
    undefined,
  ])('%j is none', (path) => {
    expect(ownPath(path)).toBeNull();
  });

  it('is answered as a browser reads it, so that what was judged is what is gone to', () => {
    expect(ownPath('/a/../b?c#d')).toBe('/b?c#d');
    expect(ownPath('/./account')).toBe('/account');
    expect(ownPath('/a?b="<c>"|{}')).toBe('/a?b=%22%3Cc%3E%22|{}');
  });
});
