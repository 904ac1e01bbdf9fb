import { nenjo } from '@gatehouse/nenjo';
import type { Platform } from 'gatehouse';
import { describe, expect, it } from 'vitest';
import { printed } from '../../packages/server/src/doctor/print.js';
import { proveTenantsApart } from '../../packages/server/src/doctor/prove.js';
import { type Report, holds, summed } from '../../packages/server/src/doctor/report.js';
import { sqliteScratch } from '../../packages/server/src/doctor/scratch/sqlite.js';
import { fixturePlatform } from '../support/fixture-platform.js';

const now = Date.parse('2026-01-31T09:30:00Z');

async function proved(platform: Platform): Promise<Report> {
  const scratch = sqliteScratch(platform.tables);
  try {
    return await proveTenantsApart({ platform, scratch, now });
  } finally {
    await scratch.remove();
  }
}

describe.each([fixturePlatform, nenjo])('on $name, on SQLite', (platform) => {
  it('nothing that a tenant asks for, and no handler that is wrong, reveals or changes anything of another, with both layers or either alone; without any, much does', async () => {
    const report = await proved(platform);
    console.log(printed([report]));
    expect(report.findings).toEqual([]);
    expect(holds(report)).toBe(true);
    const sums = summed(report.tallies, ['layers']);
    expect(sums.map(({ layers }) => layers)).toEqual(['both layers', 'the facade alone', 'the database alone']);
    for (const { attempts, done } of sums) {
      expect(attempts).toBeGreaterThan(500);
      expect(done).toBeGreaterThan(attempts / 5);
    }
    // What every operation was called with did succeed somewhere: nothing is proven by calls that are all refused.
    expect(report.unreached).toEqual(platform === fixturePlatform ? ['things_break'] : []);
  }, 60_000);
});
