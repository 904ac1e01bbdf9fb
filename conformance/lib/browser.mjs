// What programs find when they look for a browser: one that a person sits at (see person.mjs), in this process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { letIn } from './person.mjs';

/**
 * @param {() => Promise<string>} cookie asked for each time: `name=value` of a session that is good then
 * @returns {Promise<{ environment: { PATH: string, BROWSER: string }, opened: Consent[], problems: string[], without: string[], close: () => Promise<void> }>}
 *   `opened`: what the person allowed, in order; `without`: scopes that the person does not allow, to be changed as needed
 *
 * @typedef {import('./person.mjs').Consent} Consent
 */
export async function startBrowser(cookie) {
  const folder = mkdtempSync(join(tmpdir(), 'gh-browser-'));
  const browser = { opened: [], problems: [], without: [] };
  const open = async (url) => browser.opened.push(await letIn(url, await cookie(), { without: browser.without }));
  const server = createServer((request, response) => {
    let url = '';
    request.setEncoding('utf8').on('data', (text) => (url += text));
    request.on('end', () => {
      response.end();
      open(url).catch((error) => browser.problems.push(String(error)));
    });
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const script = `#!${process.execPath}\nfetch('http://127.0.0.1:${server.address().port}', { method: 'POST', body: process.argv[2] });\n`;
  // By these names programs call what opens a URL, on Linux and on macOS.
  for (const name of ['xdg-open', 'open']) writeFileSync(join(folder, name), script, { mode: 0o755 });
  return Object.assign(browser, {
    environment: { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`, BROWSER: join(folder, 'xdg-open') },
    close() {
      const closed = new Promise((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
      return closed;
    },
  });
}
