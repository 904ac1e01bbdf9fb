import { definePlatform } from 'gatehouse';
import { expect, test } from 'vitest';
import { banner } from '../../src/cli/banner.js';
import { rendered } from '../../src/cli/render.js';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';

const platform = definePlatform(fixtureSpec);
const url = 'http://127.0.0.1:4100';
const common = { platform, url, publicUrl: undefined, place: { data: undefined }, unset: [] };

test('a list is a table without the columns that are empty everywhere', () => {
  const rows = [
    { id: 'a', name: 'short', scopes: ['x:read', 'y:read'], expires_at: null },
    { id: 'b', name: 'a longer one', scopes: [], expires_at: null },
  ];
  expect(rendered(rows)).toBe('ID  NAME          SCOPES\na   short         x:read, y:read\nb   a longer one  -');
  expect(rendered([], 'No keys.')).toBe('No keys.');
});

test('a name that a user chose cannot steer the terminal of the operator', () => {
  expect(rendered({ name: '\u001b[2Jgone\nnext\u202e' })).toBe('name  ?[2Jgone?next?');
});

test('at a terminal the first start shows the key, and a curl with it', () => {
  const text = banner({ ...common, first: { is: 'made', raw: 'fix_raw', file: undefined } });
  expect(text.match(/^ {4}fix_raw$/m)).not.toBeNull();
  expect(text).toContain(`curl -H "Authorization: Bearer fix_raw" ${url}/api/v1/things\n`);
});

test('without a terminal the curl reads the file, whatever its path', () => {
  const text = banner({ ...common, first: { is: 'made', raw: 'fix_raw', file: "/da ta/it's/first-key" } });
  expect(text).toContain(`curl -H "Authorization: Bearer $(cat '/da ta/it'\\''s/first-key')" ${url}/api/v1/things\n`);
  expect(text).not.toContain('fix_raw');
});

test('a platform that takes keys in X-API-Key alone is shown so', () => {
  const alone = definePlatform({ ...fixtureSpec, keys: { ...fixtureSpec.keys, accept: ['x-api-key'] } });
  expect(banner({ ...common, platform: alone, first: { is: 'made', raw: 'fix_raw', file: undefined } })).toContain('-H "X-API-Key: fix_raw"');
});

test('a later start shows the addresses only', () => {
  expect(banner({ ...common, first: { is: 'later' } })).toBe(
    `\n  fixture 1.2.3 is ready.\n\n  REST     ${url}/api/v1\n  MCP      ${url}/mcp\n  Docs     ${url}/docs\n  Account  ${url}/account\n  Health   ${url}/api/v1/health\n\n`,
  );
});
