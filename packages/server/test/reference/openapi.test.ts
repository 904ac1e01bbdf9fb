import { validate } from '@readme/openapi-parser';
import { nenjo } from '@gatehouse/nenjo';
import { neuralrepo } from '@gatehouse/neuralrepo';
import { nippy } from '@gatehouse/nippy';
import type { Platform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const PATH = '/api/v1/openapi.json';

const platforms: readonly [string, Platform][] = [
  ['the fixture platform', fixturePlatform],
  ['Nenjo', nenjo],
  ['NeuralRepo', neuralrepo],
  ['Nippy', nippy],
];

describe.each(platforms)('the document of %s', (_name, platform) => {
  let app: TestApp;
  let key: string;
  beforeAll(async () => {
    app = await openApp(platform);
    key = (await app.key('ann@example.com')).raw;
  });
  afterAll(() => app.close());

  it('is valid OpenAPI 3.1, as a public validator says', async () => {
    const { body } = await app.call('GET', PATH, { headers: { 'x-api-key': key } });
    expect(body.openapi).toBe('3.1.0');
    expect(await validate(structuredClone(body))).toMatchObject({ valid: true, warnings: [] });
  });

  it('holds every operation that is served over REST, once, and nothing else', async () => {
    const { body } = await app.call('GET', PATH, { headers: { 'x-api-key': key } });
    const listed = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    const served = app.gatehouse.operations.filter(({ rest, access }) => rest !== null && access.plane !== 'operator').map(({ name }) => name);
    expect([...listed].sort()).toEqual([...served].sort());
  });

  it('says of keys in which headers the platform takes them, and of no other', async () => {
    const { body } = await app.call('GET', PATH, { headers: { 'x-api-key': key } });
    const { apiKey, apiKeyHeader } = body.components.securitySchemes;
    const { prefix, accept = [] } = platform.keys;
    expect([apiKey !== undefined, apiKeyHeader !== undefined]).toEqual([accept.includes('authorization'), accept.includes('x-api-key')]);
    expect(apiKeyHeader.description.includes('one of the two')).toBe(apiKey !== undefined);
    if (apiKey === undefined) expect(apiKeyHeader.description).toContain(`X-API-Key: ${prefix}…`);
  });
});
