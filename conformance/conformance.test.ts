import { expect, it } from 'vitest';
import { installOwn } from '../scripts/lib/own-packages.mjs';
import { conformance } from './lib/run.mjs';
import { withNewerNode } from './lib/suites.js';

const REQUIRED: readonly (readonly [string, number])[] = [
  ['2025-11-25', 30],
  ['2026-07-28', 37],
  ['authorization', 3],
];
const LIMIT_MS = 120_000;

await installOwn('conformance/tools');

withNewerNode('the official conformance suite, behind the real gate', '22.19', () => {
  it.each(REQUIRED)('passes all that %s requires: %i', { timeout: LIMIT_MS }, async (leg, required) => {
    const [result] = await conformance([leg]);
    const scored = result?.scenarios.filter((scenario) => scenario.scored) ?? [];
    expect(scored.flatMap(({ name, failures }) => failures.map((text) => `${name}: ${text}`))).toEqual([]);
    expect(scored.flatMap(({ name, warnings }) => warnings.map((text) => `${name}: ${text}`))).toEqual([]);
    expect(result).toMatchObject({ passed: required, required });
  });
});
