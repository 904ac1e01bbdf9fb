import { CLIENT_TITLES } from './names.js';
import type { ClientResult, Examination } from './report.js';

/** The examination for people. */
export function printed({ url, clients }: Examination): string {
  const lines = clients.flatMap((result, index) => linesOf(result, clients.slice(0, index)));
  return [`${url}, as MCP clients find it`, '', ...lines, '', summary(clients)].join('\n');
}

function linesOf({ client, ok, failed, steps }: ClientResult, before: readonly ClientResult[]): string[] {
  const title = CLIENT_TITLES[client];
  if (ok || failed === null) return [`✓ ${title} (${steps} steps)`];
  const same = before.find((other) => other.failed !== null && alike(other.failed, failed));
  if (same !== undefined) return [`✗ ${title}: as ${CLIENT_TITLES[same.client]}`];
  return [`✗ ${title}, at ${failed.step}`, `    expected  ${failed.expected}`, `    came      ${failed.got}`, `    remedy    ${failed.remedy}`];
}

function alike(one: NonNullable<ClientResult['failed']>, other: NonNullable<ClientResult['failed']>): boolean {
  return one.step === other.step && one.got === other.got && one.remedy === other.remedy;
}

function summary(clients: readonly ClientResult[]): string {
  const failing = clients.filter(({ ok }) => !ok).length;
  if (failing === 0) return clients.length === 1 ? 'It gets in.' : `All ${clients.length} get in.`;
  return `${failing} of ${clients.length} ${failing === 1 ? 'does' : 'do'} not get in.`;
}
