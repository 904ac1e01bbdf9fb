import { describe, expect, it } from 'vitest';
import { matchUri, readUriTemplate } from '../../src/runtime/uri-template.js';

function match(text: string, uri: string) {
  const template = readUriTemplate(text);
  if (typeof template === 'string') throw new Error(`${text} ${template}`);
  return matchUri(template, uri);
}

describe('a template of URIs', () => {
  it.each<[string, string, Record<string, string>]>([
    ['acme://about', 'acme://about', {}],
    ['acme://things/{id}', 'acme://things/7', { id: '7' }],
    ['acme://things/{id}', 'acme://things/a%2Fb%3Fc%20%E2%82%AC', { id: 'a/b?c €' }],
    ['acme://things/{id}', 'acme://things/a:b@c,d', { id: 'a:b@c,d' }],
    ['acme://{a}/{b}/end', 'acme://x/y/end', { a: 'x', b: 'y' }],
    ['acme://search?q={q}&page={page}', 'acme://search?q=a%26b&page=2', { q: 'a&b', page: '2' }],
    ['acme://files/{name}.json', 'acme://files/a.json.json', { name: 'a.json' }],
  ])('%s is matched by %s', (text, uri, values) => {
    expect(match(text, uri)).toEqual(values);
  });

  it.each([
    ['acme://about', 'acme://about/'],
    ['acme://things/{id}', 'acme://things/'],
    ['acme://things/{id}', 'acme://things/1/2'],
    ['acme://things/{id}', 'acme://things/1?x'],
    ['acme://things/{id}', 'acme://things/1#x'],
    ['acme://things/{id}', 'acme://things/%'],
    ['acme://things/{id}', 'acme://things/%FF'],
    ['acme://{a}/{b}/end', 'acme://x//end'],
    ['acme://{a}/{b}/end', 'acme://x/y/z/end'],
    ['acme://files/{name}.json', 'acme://files/.json'],
    ['acme://files/{name}.json', 'acme://files/a.xml'],
  ])('%s is not matched by %s', (text, uri) => {
    expect(match(text, uri)).toBeUndefined();
  });

  it('is matched in linear time, whatever is sent', () => {
    const started = performance.now();
    for (const end of ['', '/end', 'x']) match('acme://{a}/{b}/{c}/{d}/end', `acme://${'x/'.repeat(200_000)}${end}`);
    match('acme://{a}=1&{b}=2&{c}=3', `acme://${'=1&'.repeat(200_000)}`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
