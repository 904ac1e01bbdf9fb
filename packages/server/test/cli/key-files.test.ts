import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { importKeys } from '../../src/cli/commands/key-file.js';
import { newRawKey } from '../../src/domain/key-format.js';
import { sha256 } from '../../src/domain/presented.js';
import { newAccessToken, newInvitationToken, newLinkToken, newRefreshToken } from '../../src/domain/token-format.js';
import { gatehouse, json, temporaryFolder } from './process.js';

const folder = temporaryFolder();
const data = ['--data', join(folder.path, 'data')];
afterAll(() => folder.remove());

const hex = (prefix: string, checksum = false) => newRawKey({ prefix, checksum, displayLength: 8 }, randomBytes);

/** Bits for each character, as scanners reckon it (Shannon). */
function entropyOf(text: string): number {
  const letters = [...text];
  const shares = [...new Set(letters)].map((letter) => letters.filter((other) => other === letter).length / letters.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}

describe.each([
  ['gitleaks', 'nippy', /^regex = '''(.+)'''$/gm, ['npk_', 'nps_'], ['nippy-api-key', 'nippy-service-key', 'nippy-token']],
  ['trufflehog', 'neuralrepo', /^ {6}secret: '(.+)'$/gm, ['nrp_', 'nmt_'], ['neuralrepo-api-key', 'neuralrepo-token-by-hand', 'neuralrepo-token']],
] as const)('the rules for %s', (format, platform, regex, prefixes, ids) => {
  let rules = '';
  let patterns: readonly RegExp[] = [];
  beforeAll(async () => {
    rules = (await gatehouse(['key', 'rules', '--format', format, '--platform', platform], { cwd: folder.path })).stdout;
    patterns = [...rules.matchAll(regex)].map(([, source = '']) => new RegExp(source, 'gm'));
  });
  const found = (text: string) =>
    patterns.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, secret = '']) => (entropyOf(secret) >= 3 ? [secret] : [])));
  const real = () => [
    ...prefixes.flatMap((prefix) => [hex(prefix), hex(prefix, true)]),
    ...[newAccessToken, newRefreshToken, newLinkToken, newInvitationToken].map((make) => make(randomBytes)),
  ];

  it('find each kind of secret, wherever it stands, once', () => {
    expect(ids.filter((id) => !rules.includes(`${id}`))).toEqual([]);
    for (const secret of real()) {
      for (const text of [secret, `KEY=${secret}\n`, `{"key":"${secret}"}`, `\`${secret}\``, `https://a.example/?token=${secret}&b`, `see ${secret}.`])
        expect(found(text), text).toEqual([secret]);
    }
    const several = real();
    expect(found(several.join(',')).sort()).toEqual([...several].sort());
  });

  it('find nothing that only looks alike', () => {
    const [prefix] = prefixes;
    const body = hex('');
    const alike = [
      ...[body, `${prefix}${body.slice(1)}`, `${prefix}${body}0`, `${prefix}${body.toUpperCase()}x`, `x${prefix}${body}`, `${prefix}${'0'.repeat(64)}`],
      ...[
        `${newAccessToken(randomBytes)}A`,
        `${newAccessToken(randomBytes).slice(0, -1)}B`,
        `ghr_${'aB3'.repeat(12)}`,
        `gho_${newAccessToken(randomBytes).slice(4)}`,
      ],
    ];
    expect(alike.flatMap(found)).toEqual([]);
  });
});

test('a file of keys is taken over at once, and again without harm; what is wrong with a line is told with its number, never with what it holds', async () => {
  const file = join(folder.path, 'keys.jsonl');
  const keys = Array.from({ length: 150 }, () => hex('nen_'));
  const lines = keys.map((raw, n) => ({ user: 'ann@example.com', name: `old ${n}`, hash: sha256(raw), scopes: ['tickets:read'] }));
  const write = (...all: readonly unknown[]) =>
    writeFileSync(file, `${all.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`);
  write(...lines, '', {
    user: 'ann@example.com',
    name: 'in base64',
    hash: Buffer.from(sha256(hex('nen_')), 'hex').toString('base64'),
    format: 'base64',
    expires: '30d',
  });
  expect(await json('key', 'import-file', file, ...data)).toEqual({ imported: 151, already_there: 0 });
  expect(await json('key', 'import-file', file, ...data)).toEqual({ imported: 0, already_there: 151 });
  const [line] = lines;
  for (const [wrong, said] of [
    ['nen_secret', 'It is no JSON object.'],
    [{ ...line, raw_key: 'nen_secret' }, 'It holds more than user, tenant, name, scopes, expires, hash, format.'],
    [{ ...line, tenant: 'nen_secret' }, 'Give either --user or --tenant.'],
    [{ ...line, name: undefined, hash: 'nen_secret' }, '"name" is missing.'],
    [{ ...line, scopes: 'nen_secret' }, '"scopes" must be a list of texts.'],
    [{ ...line, hash: 5 }, '"hash" must be a text.'],
  ] as const) {
    const content = [line, wrong].map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
    expect(importKeys.prepare?.({ content }, 0)).toMatchObject({ message: `Line 2: ${said}` });
  }
  write(line, { ...line, hash: 'nen_secret' });
  const { code, stderr } = await gatehouse(['key', 'import-file', file, ...data]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^gatehouse: Line 2: (?!.*nen_secret).*again: what was taken over is passed over\.\n$/)]);
}, 30_000);
