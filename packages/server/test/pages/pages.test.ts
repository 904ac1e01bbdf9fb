import { createHash } from 'node:crypto';
import { type ErrorCode, catalogue } from '@gatehouse/contract';
import { describe, expect, test } from 'vitest';
import { failurePageOut } from '../../src/surfaces/pages/failure.js';
import { formIn, html, linkTo, pageOut, problemPage, signInPage } from '../../src/surfaces/pages/index.js';
import { programName, spaceName } from '../../src/surfaces/pages/parts.js';
import { programOf } from '../../src/surfaces/pages/program.js';
import { hostileSamples, pageSamples } from '../../../../test/support/page-samples.js';
import { faultsOf } from './markup.js';

const HOSTILE = `"'><script>alert(1)</script><a href="javascript:alert(1)" onclick=alert(1)>&amp;`;
const sent = (content: Parameters<typeof pageOut>[1]) => pageOut({ requestId: 'req_1' }, content);

describe('what others wrote is shown, and is nothing but text', () => {
  test.each(Object.entries(hostileSamples(HOSTILE)))('%s', (_name, content) => {
    const { body } = sent(content);
    expect(faultsOf(String(body))).toEqual([]);
    expect(body).not.toMatch(/<script|href="(?:javascript|data):/);
    expect(body).toContain('&lt;script&gt;alert(1)');
  });

  test('in an attribute without quotes nothing is written', () => {
    expect(() => html`<p class=${'a'}>`).toThrow(TypeError);
  });

  test.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example',
    '/\\evil.example',
    '/a\tb',
    'a path',
    '',
  ])('%j is no link', (address) => {
    expect(linkTo(address)).toBeNull();
    const { body } = sent(problemPage({ platform: 'P', title: 'T', text: 'x', next: null, link: { href: address, text: 'on' }, requestId: 'req_1' }));
    expect(body).not.toContain('href');
  });

  test('paths of our own and pages on the web are links', () => {
    expect(['/account?a=b', 'https://claude.ai', 'http://127.0.0.1:1/x'].map(linkTo)).toEqual(['/account?a=b', 'https://claude.ai/', 'http://127.0.0.1:1/x']);
  });

  test('a name is one line that reads as it is stored', () => {
    expect(programName('Clau\u202ede\u200b\n\u0000 x')).toBe('Clau de x');
    expect(programName(`Z${'\u0335'.repeat(40)}algo`)).toBe(`Z${'\u0335'.repeat(3)}algo`);
    expect(programName('\u0e19\u0e49\u0e33 e\u0323\u0302')).toBe('\u0e19\u0e49\u0e33 e\u0323\u0302');
    for (const unseen of ['\u200b', '\u3164\u115f', '\u2800', '\ufe0f \u{e0041}']) {
      expect([programName(unseen), spaceName(unseen)]).toEqual(['A program without a name', 'A space without a name']);
    }
    expect(programName('n'.repeat(500))).toHaveLength(81);
  });
});

describe('every page, in each of its states', () => {
  test.each(Object.entries(pageSamples))('%s is whole HTML, with one heading, labels, and nothing that runs', (_name, content) => {
    const { status, headers, body } = sent(content);
    expect(faultsOf(String(body))).toEqual([]);
    expect(status).toBe(200);
    expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(body).toContain(`<title>${html`${content.title}`.text}</title>`);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test('each button by name does one thing, and Enter never allows: Cancel comes before Allow', () => {
    const { text } = pageSamples.consent?.body ?? html``;
    expect([...text.matchAll(/<button[^>]*value="(\w+)"/g)].map(([, value]) => value)).toEqual(['deny', 'allow']);
  });

  test('what is wrong is said beside its field, which is described by it', () => {
    const { text } = pageSamples['sign-in-wrong']?.body ?? html``;
    expect(text).toMatch(/id="email-wrong">This is not an e-mail address/);
    expect(text).toMatch(/value="ann.example.com" aria-describedby="email-wrong email-hint" aria-invalid="true"/);
    expect(text).toContain('autocomplete="email"');
  });
});

describe('the headers', () => {
  const { headers, body } = sent(signInPage({ platform: 'P', action: '/', next: null, forClient: null, email: true, providers: [] }));

  test('let no script run, nobody frame the page, and no cache keep it', () => {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-request-id': 'req_1',
    });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; frame-ancestors 'none'; form-action 'self'$/,
    );
  });

  test('name the hash of the style that is in the page, and nothing of it comes from elsewhere', () => {
    const style = /<style>([^<]*)<\/style>/.exec(String(body))?.[1] ?? '';
    expect(headers['content-security-policy']).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(style).not.toMatch(/url\(|@import|http/);
  });

  test('let forms lead where they are known to lead, and no further', () => {
    const formsLeadTo = ['https://claude.ai', 'cursor:', "x; script-src 'unsafe-inline'", 'a b', ''];
    const out = sent({ ...signInPage({ platform: 'P', action: '/', next: null, forClient: null, email: true, providers: [] }), formsLeadTo });
    expect(out.headers['content-security-policy']).toMatch(/form-action 'self' https:\/\/claude\.ai cursor:$/);
  });
});

test('a failure as a page has the status and the request id that a program gets', () => {
  const out = failurePageOut({ requestId: 'req_7' }, { code: 'unavailable', text: 'Out of reach.', retryAfterSeconds: 1.2 }, { platform: 'P' });
  expect(out).toMatchObject({ status: 503, headers: { 'retry-after': '2', 'x-request-id': 'req_7' }, log: { code: 'unavailable' } });
  expect(out.body).toMatch(/Out of reach\.[\s\S]*Try again shortly\.[\s\S]*req_7/);
});

test('a failure as a page speaks of pages, not of methods, ids and credentials', () => {
  const said = (code: ErrorCode, more = {}) => String(failurePageOut({ requestId: 'req_7' }, { code, text: 'It is so.', ...more }, { platform: 'P' }).body);
  const next = (page: string) => page.slice(page.indexOf('It is so.'));
  for (const code of Object.keys(catalogue) as ErrorCode[]) expect(next(said(code)), code).not.toMatch(/credential|scope|header|method|tools\/|the id\b/i);
  expect(said('method_not_allowed', { text: 'GET is not allowed here.', next: 'Use POST.' })).toMatch(/only takes what a form sends[\s\S]*Go back/);
  expect(said('not_found', { next: 'Ask for another one.' })).toMatch(/It is so\.[\s\S]*Ask for another one\./);
});

test('a form is read as browsers send it, and nothing else is taken for one', () => {
  const request = (type: string | undefined, body: string) => ({ header: () => type, body: new TextEncoder().encode(body) });
  const form = formIn(request('application/x-www-form-urlencoded; charset=UTF-8', 'scope=a%3Ab&scope=c+d&x'));
  expect(form?.getAll('scope')).toEqual(['a:b', 'c d']);
  expect(['application/json', 'text/plain', 'multipart/form-data; boundary=x', undefined].map((type) => formIn(request(type, 'a=b')))).toEqual(
    Array(4).fill(undefined),
  );
});

describe('a browser by its User-Agent', () => {
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15', 'Safari on a Mac'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1',
      'Chrome on an iPhone',
    ],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['curl/8.9', 'curl/8.9'],
    [null, 'A program without a name'],
  ])('%s', (userAgent, words) => {
    expect(programOf(userAgent)).toBe(words);
  });
});
