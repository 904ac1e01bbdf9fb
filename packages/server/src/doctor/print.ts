import { type Counts, type Report, holds, summed } from './report.js';

/** The report for people: what was tried with which layers, and what came of it. */
export function printed(reports: readonly Report[]): string {
  return reports.map(printedOne).join('\n\n');
}

function printedOne(report: Report): string {
  const { platform, tallies, findings, blind, idle, unreached, seconds } = report;
  const databases = [...new Set(tallies.map(({ database }) => database))].join(', ');
  const byAttack = crossed(report, 'attack');
  const byTarget = crossed(report, 'target');
  const found = findings.map(({ is, layers, target, attack, detail, seen }) => `  ${is}: ${target}, ${attack} (${detail}), with ${layers}: ${harmless(seen)}`);
  return [
    `${platform} on ${databases}, ${seconds.toFixed(1)} s`,
    byAttack,
    byTarget,
    `With both layers off the same attacks find ${blind.leaks} leaks, ${blind.changes} changed rows and ${blind.differences} differing answers.`,
    ...(idle.length === 0 ? [] : [`Nothing was answered with success, and so nothing is proven, with ${idle.join('; with ')}.`]),
    ...(unreached.length === 0 ? [] : [`Asked by its own tenant, nothing was answered with success by: ${unreached.join(', ')}.`]),
    ...(found.length === 0 ? [] : ['Found:', ...found]),
    holds(report)
      ? 'Tenants are kept apart.'
      : findings.length > 0
        ? 'Tenants are NOT kept apart.'
        : 'Not proven: something succeeds nowhere, or nothing was found with both layers off, where something must be.',
  ].join('\n\n');
}

/** Rows by attack or by target, a column of attempts for each set of layers, and what was found in all of them. */
function crossed({ tallies }: Report, by: 'attack' | 'target'): string {
  const sets = [...new Set(tallies.map(({ layers }) => layers))];
  const cells = new Map(summed(tallies, [by, 'layers']).map((sum) => [`${sum[by]}\n${sum.layers}`, sum.attempts]));
  const row = (name: string, total: Counts, attempts: readonly number[]) => [name, ...attempts.map(String), ...found(total)];
  const rows = summed(tallies, [by]).map((sum) =>
    row(
      sum[by],
      sum,
      sets.map((layers) => cells.get(`${sum[by]}\n${layers}`) ?? 0),
    ),
  );
  const [total] = summed(tallies, []);
  const totals = summed(tallies, ['layers']).map(({ attempts }) => attempts);
  return table([[by, ...sets, 'done', 'leaks', 'changes', 'differences'], ...rows, ...(total === undefined ? [] : [row('all', total, totals)])]);
}

const found = ({ done, leaks, changes, differences }: Counts) => [done, leaks, changes, differences].map(String);

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0));
  return rows.map((row) => row.map(cell).join('  ')).join('\n');
}

/** Texts of a scratch world, but they may come from a platform's own words. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
