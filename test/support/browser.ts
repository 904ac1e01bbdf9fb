import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

export interface TestBrowser {
  readonly browser: Browser;
  /** Ends it, and removes what it was unpacked to. */
  close(): Promise<void>;
}

/**
 * A real Chromium, from an npm package, with the fonts that it brings, so that pages look alike wherever they are looked at. Unpacking it
 * takes some seconds: one for a whole file. The package is for Linux on x64; elsewhere `TEST_CHROMIUM` names an executable.
 * @throws Error that says what this machine lacks
 */
export async function openBrowser(): Promise<TestBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    const executablePath = process.env.TEST_CHROMIUM ?? (await unpack(folder));
    const env = environment(executablePath, folder);
    // Nothing is sandboxed here, since only our own pages are shown; as root it would not start otherwise.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], env });
    return {
      browser,
      async close() {
        await browser.close();
        remove();
      },
    };
  } catch (cause) {
    remove();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Chromium does not start on this machine, so nothing is known of the pages (TEST_CHROMIUM may name another one): ${why}`, { cause });
  }
}

/** What the package reads while it unpacks: where to, and that its own copies of what Chromium links to are wanted too. */
const ASKED = { TMPDIR: '', AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };

/** Into this folder alone. All is read before it first waits: nobody else sees these settings. */
async function unpack(folder: string): Promise<string> {
  const { default: packed } = await import('@sparticuz/chromium');
  const before = Object.keys(ASKED).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, ASKED, { TMPDIR: folder });
  const path = packed.executablePath();
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return path;
}

/** The package's copies serve where the machine has none. @throws Error that names what neither has */
function environment(executable: string, folder: string): Record<string, string | undefined> {
  const env = { ...process.env, FONTCONFIG_FILE: fontsOf(folder) };
  if (process.platform !== 'linux' || missing(executable, env).length === 0) return env;
  const lent = { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  const lacking = missing(executable, lent);
  if (lacking.length > 0) throw new Error(`it needs libraries that are not here: ${lacking.join(', ')}`);
  return lent;
}

function missing(executable: string, env: NodeJS.ProcessEnv): string[] {
  const listed = execFileSync('ldd', [executable], { encoding: 'utf8', env });
  return [...listed.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => String(name));
}

/** Its own settings look for fonts in a place of their own. */
function fontsOf(folder: string): string {
  const file = join(folder, 'fonts.conf');
  const place = `<dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'font-cache')}</cachedir>`;
  writeFileSync(file, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${place}</fontconfig>`);
  return file;
}
