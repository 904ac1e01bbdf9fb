import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Given } from '../../src/cli/commands/command.js';
import { doctorClients } from '../../src/cli/commands/doctor-clients.js';
import { exitCodeOf, failedReply } from '../../src/cli/failure.js';
import { operate } from '../../src/cli/operate.js';
import { runProgram } from '../../src/cli/program.js';
import { CLIENT_TITLES } from '../../src/doctor/clients/names.js';
import type { Examination } from '../../src/doctor/clients/report.js';

const NOBODY = 'http://127.0.0.1:1';
const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Which command is meant, and with what. */
async function meant(...argv: string[]): Promise<readonly [string, Given]> {
  let found: readonly [string, Given] | undefined;
  await runProgram(argv, {
    start: async () => undefined,
    operate: async (command, given) => {
      found = [command.name, given];
    },
  });
  return found ?? ['nothing', {}];
}

/** In surroundings that no server could be configured from. */
const examine = (given: Given) => operate(doctorClients, given, { flags: {}, environment: { GATEHOUSE_NONSENSE: 'x' }, cwd: folder, now: () => 0 });
const misuse = async (given: Given) => {
  const reply = await examine(given).catch(failedReply);
  return reply.ok ? 'none' : `${exitCodeOf(reply)} ${reply.error}`;
};

describe('gatehouse doctor <url>', () => {
  it('is `doctor clients`, and the other doctor stays what it is', async () => {
    expect(await meant('doctor', NOBODY, '--client', 'cursor', '--offline', '--json')).toEqual([
      'doctor clients',
      { url: NOBODY, client: 'cursor', offline: 'yes' },
    ]);
    expect(await meant('doctor', 'clients', NOBODY)).toEqual(['doctor clients', { url: NOBODY }]);
    expect((await meant('doctor', 'isolation'))[0]).toBe('doctor isolation');
  });

  it('answers in a stable shape, and says of a server that is not there what to do', async () => {
    const reply = await examine({ url: NOBODY });
    if (!reply.ok) throw new Error(reply.error);
    const { clients, ...rest } = reply.value as Examination;
    expect(rest).toEqual({ url: `${NOBODY}/mcp`, ok: false, signed_in: false });
    expect(clients.map(({ client }) => client)).toEqual(Object.keys(CLIENT_TITLES));
    expect(clients[0]).toEqual({
      client: 'claude',
      ok: false,
      failed: {
        step: 'challenge',
        expected: `HTTP 401 to a call of ${NOBODY}/mcp without a credential`,
        got: `no answer: the connection was refused (${NOBODY}/mcp)`,
        remedy: 'Start the server, or correct the address: nothing listens at 127.0.0.1:1.',
      },
      steps: 1,
    });
    expect(doctorClients.failed?.(reply.value)).toBe(true);
  });

  it('says the same to people, each fault once', async () => {
    const reply = await examine({ url: NOBODY });
    const text = doctorClients.print?.(reply.ok ? reply.value : {}) ?? '';
    expect(text.match(/remedy/g)).toHaveLength(1);
    expect(text).toContain('✗ Claude Code, at challenge: the same as Claude (web, desktop, mobile)');
    expect(text).toContain('10 of 10 clients fail.');
    expect(text).toContain('Claude (web, desktop, mobile) and ChatGPT call from the internet, where nobody reaches 127.0.0.1:1.');
  });

  it('that makes no sense ends with 2 and says what would', async () => {
    expect(await misuse({ url: 'mcp.example.com' })).toMatch(/^2 "mcp\.example\.com" is not the address of a server/);
    expect(await misuse({ url: NOBODY, client: 'netscape' })).toMatch(/^2 There is no client "netscape"; there are claude, /);
    expect(await misuse({ url: NOBODY, timeout: 'soon' })).toMatch(/^2 Give --timeout between/);
  });

  it('takes a session as the command prints it, or alone, and never shows what it read', async () => {
    writeFileSync(join(folder, 'printed.json'), JSON.stringify({ token: 'a'.repeat(64), cookie: 'x' }));
    writeFileSync(join(folder, 'alone'), `${'b'.repeat(64)}\n`);
    writeFileSync(join(folder, 'broken'), 'two words; of secret');
    for (const sessionFile of ['printed.json', 'alone', join(folder, 'alone')]) {
      const reply = await examine({ url: NOBODY, client: 'claude', sessionFile });
      expect(reply).toMatchObject({ ok: true, value: { signed_in: true } });
    }
    expect(await misuse({ url: NOBODY, sessionFile: 'broken' })).toMatch(/^2 There is no session token in broken/);
    expect(await misuse({ url: NOBODY, sessionFile: 'missing' })).toMatch(/^2 missing cannot be read/);
  });
});
