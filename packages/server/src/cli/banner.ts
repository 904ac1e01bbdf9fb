import type { Operation } from '@gatehouse/contract';
import type { Platform } from '../index.js';
import { FIRST_OWNER, type FirstStart } from './first-start.js';
import { quoted } from './quoted.js';

export interface BannerOptions {
  readonly platform: Platform;
  /** Where it listens. */
  readonly url: string;
  readonly publicUrl: string | undefined;
  /** As the commands need it; `data` is undefined for the default folder. */
  readonly place: { readonly data: string | undefined } | 'postgres';
  readonly first: FirstStart;
  /** Declared settings that are not set. */
  readonly unset: readonly string[];
}

/** What a start prints for people. */
export function banner(options: BannerOptions): string {
  const { platform, url, publicUrl, unset } = options;
  const origin = publicUrl ?? url;
  const addresses = [
    ['REST', `${origin}/api/v1`],
    ['MCP', `${origin}/mcp`],
    ...(platform.reference.page ? [['Docs', `${origin}/docs`]] : []),
    ...(platform.signIn === false ? [] : [['Account', `${origin}/account`]]),
    ['Health', `${origin}/api/v1/health`],
    ...(publicUrl === undefined ? [] : [['Listens', url]]),
  ];
  const notices = unset.length === 0 ? [] : [`Not set, so off or as by default: ${unset.join(', ')}`];
  const paragraphs = [
    [`${platform.title} ${platform.version} is ready.`],
    addresses.map(([name = '', address = '']) => `${name.padEnd(8)} ${address}`),
    ...begin(options, origin),
    notices,
  ];
  const text = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.map((line) => `  ${line}`).join('\n'));
  return `\n${text.join('\n\n')}\n\n`;
}

function begin({ platform, place, first }: BannerOptions, origin: string): string[][] {
  if (first.is === 'later') return [];
  if (first.is === 'vacant') {
    const folder = place === 'postgres' || place.data === undefined ? '' : ` --data ${quoted(place.data)}`;
    const how = place === 'postgres' ? 'Make one, with GATEHOUSE_DATABASE and GATEHOUSE_SECRET as they are here:' : 'Make one:';
    return [[`Nobody has a key yet. ${how}`, `  npx gatehouse key create --user you@example.com --name "first key"${folder}`]];
  }
  const { raw, file } = first;
  const shown = file === undefined ? ['The first key. It is shown only now:', raw] : ['The first key is in a file that only you can read:', file];
  return [
    [shown[0] ?? '', `  ${shown[1] ?? ''}`],
    ['Try it:', `  ${curl(platform, origin, file === undefined ? raw : `$(cat ${quoted(file)})`)}`],
    [`It has full access and belongs to ${FIRST_OWNER}. More keys: npx gatehouse key create --help`],
  ];
}

/** A call that the key can make, to paste into a shell. */
function curl(platform: Platform, origin: string, key: string): string {
  const header = platform.keys.accept?.includes('authorization') === false ? `X-API-Key: ${key}` : `Authorization: Bearer ${key}`;
  return `curl -H "${header}" ${origin}/api/v1${sampleOf(platform)?.rest?.path ?? '/version'}`;
}

/** The first read that asks for a scope, and for no input. */
function sampleOf({ operations }: Platform): Operation | undefined {
  const asksNothing = ({ rest, input }: Operation) => rest?.method === 'GET' && !rest.path.includes(':') && input.safeParse({}).success;
  return operations
    .map(({ op }) => op)
    .find((op) => op.effect === 'read' && op.access.plane === 'platform' && op.access.scope !== null && op.access.by.includes('key') && asksNothing(op));
}
