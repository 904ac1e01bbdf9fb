import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type Answer, type CallOptions, type TestApp, openApp } from '../../../../test/support/open-app.js';

type Responses = Readonly<Record<string, { readonly $ref?: string; readonly content?: object }>>;

let app: TestApp;
let token: string;
let reader: string;
let document: { readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: Responses }>>>> };
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
const met = new Set<string>();

beforeAll(async () => {
  app = await openApp(fixturePlatform);
  token = (await app.key('ann@example.com')).raw;
  reader = (await app.key('ann@example.com', ['things:read'])).raw;
  document = (await app.call('GET', '/api/v1/openapi.json')).body;
  ajv.addSchema(document, 'api');
});
afterAll(() => app.close());

const pointer = (...parts: readonly string[]) => parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/** Calls, and holds what comes against what the document says of this operation and this status. */
async function held(method: string, template: string, status: number, options: CallOptions = {}, path = template): Promise<Answer> {
  const answer = await app.call(method.toUpperCase(), path, options);
  expect(answer.status, answer.text).toBe(status);
  const at = document.paths[template]?.[method];
  const response = at?.responses[status];
  if (at === undefined || response === undefined) throw new Error(`${method} ${template} is not said to answer ${status}.`);
  met.add(at.operationId);
  const place = response.$ref?.slice(2) ?? pointer('paths', template, method, 'responses', String(status));
  if (answer.text === '') expect(response.content).toBeUndefined();
  else {
    const check = ajv.compile({ $ref: `api#/${place}/content/application~1json/schema` });
    expect(check(answer.body), JSON.stringify(check.errors)).toBe(true);
  }
  return answer;
}

it('what the server answers is what its document says', async () => {
  const things = '/api/v1/things';
  const thing = '/api/v1/things/{id}';
  const made = await held('post', things, 201, { token, body: { name: 'one' } });
  await held('post', things, 409, { token, body: { name: 'one' } });
  await held('post', things, 400, { token, body: { name: '', colour: 1 } });
  await held('post', things, 400, { token, body: '{' });
  await held('post', things, 415, { token, body: 'x', headers: { 'content-type': 'text/plain' } });
  await held('post', things, 403, { token: reader, body: { name: 'two' } });
  await held('post', things, 401, { body: { name: 'two' } });
  const list = await held('get', things, 200, { token });
  await held('get', things, 304, { token, headers: { 'if-none-match': list.headers.get('etag') ?? '' } });
  await held('get', things, 401, { token: 'nonsense' });
  await held('get', things, 403, { token, headers: { origin: 'https://evil.example' } });
  await held('get', thing, 200, { token }, `${things}/${made.body.id}`);
  await held('delete', thing, 204, { token }, `${things}/${made.body.id}`);
  await held('get', thing, 404, { token }, `${things}/${made.body.id}`);
  await held('get', thing, 400, { token }, `${things}/x`);
  await held('get', '/api/v1/broken', 500, { token });
  await held('get', '/api/v1/greeting', 200);
  await held('get', '/api/v1/version', 200);
  await held('get', '/api/v1/health', 200);
  await held('get', '/api/v1/health/ready', 200);
  await held('get', '/api/v1/gatehouse/keys', 403, { token });
  const served = app.gatehouse.operations.filter(({ rest, access }) => rest !== null && access.plane === 'platform').map(({ name }) => name);
  expect(served.filter((name) => !met.has(name))).toEqual([]);
});
