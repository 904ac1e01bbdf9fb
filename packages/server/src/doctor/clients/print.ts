import { CLIENT_TITLES, type ClientName } from './names.js';
import { reachOf } from './reach.js';
import type { ClientResult, Examination, Failed } from './report.js';

/** These call from the servers of their makers, not from where people sit. */
const FROM_INTERNET: readonly ClientName[] = ['claude', 'chatgpt'];

/** The examination for people. */
export function printed(examination: Examination): string {
  const { url, clients } = examination;
  const lines = clients.flatMap((result, index) => linesOf(result, clients.slice(0, index)));
  return [`What MCP clients meet at ${url}`, '', ...lines, '', ...summary(examination)].join('\n');
}

function linesOf({ client, failed, steps }: ClientResult, before: readonly ClientResult[]): string[] {
  const title = CLIENT_TITLES[client];
  if (failed === null) return [`✓ ${title}, ${steps} steps`];
  const same = before.find((other) => other.failed !== null && alike(other.failed, failed));
  if (same !== undefined) return [`✗ ${title}, at ${failed.step}: the same as ${CLIENT_TITLES[same.client]}`];
  return [`✗ ${title}, at ${failed.step}`, `    expected  ${failed.expected}`, `    got       ${failed.got}`, `    remedy    ${failed.remedy}`];
}

function alike(one: Failed, other: Failed): boolean {
  return one.step === other.step && one.got === other.got && one.remedy === other.remedy;
}

function summary({ url, clients, signed_in }: Examination): string[] {
  const failing = clients.filter(({ ok }) => !ok).length;
  const far = signed_in ? 'through to the tools' : 'as far as signing in';
  const alone = clients.length === 1;
  const said = failing === 0 ? `${alone ? 'It' : 'Every client'} gets ${far}.` : alone ? 'It fails.' : `${failing} of ${clients.length} clients fail.`;
  const outside = clients.filter(({ client }) => FROM_INTERNET.includes(client)).map(({ client }) => CLIENT_TITLES[client]);
  return [
    said,
    ...(signed_in || failing > 0 ? [] : ['What follows, consent, tokens and refreshes, needs somebody who is signed in: give --session-file.']),
    ...(outside.length > 0 && isPrivate(url)
      ? [`${outside.join(' and ')} ${outside.length === 1 ? 'calls' : 'call'} from the internet, where nobody reaches ${new URL(url).host}.`]
      : []),
  ];
}

/** As far as the address itself tells. */
function isPrivate(url: string): boolean {
  const { hostname } = new URL(url);
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return hostname === 'localhost' || (/^[\d.]+$|:/.test(bare) && reachOf(bare) > 0);
}
