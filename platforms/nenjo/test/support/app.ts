import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { nenjo } from '@gatehouse/nenjo';
import { type Environment, type Gatehouse, Refusal, createLogger, openGatehouse, readConfig } from 'gatehouse';
import { expectNoSecrets } from '../../../../test/support/secret-watch.js';
import { type Answer, type Client, clientOf } from './client.js';

export interface Nenjo {
  readonly gatehouse: Gatehouse;
  readonly url: string;
  /** Unix milliseconds; stands still until it is moved. */
  now: number;
  /** Every line logged so far. */
  logged(): string;
  /** Calls with this credential in `Authorization`; without one, as nobody. */
  as(credential?: string): Client;
  /** A new key of this user, who is made where unknown. */
  keyOf(email: string, scopes?: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** The real app on a temporary folder and a free port, with a clock of its own. Close it. */
export async function openNenjo(environment: Environment = {}): Promise<Nenjo> {
  const folder = mkdtempSync(join(tmpdir(), 'nenjo-'));
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ level: 'info', pretty: false, destination });
  const config = readConfig({ port: '0', data: folder }, environment, nenjo.settings);
  const databaseFile = join(folder, 'gatehouse.db');
  const app = { now: Date.parse('2026-01-31T09:30:00Z') };
  const gatehouse = await openGatehouse({
    platform: nenjo,
    config,
    logger,
    databaseFile,
    rootSecret: 'a root secret for tests, long enough',
    now: () => app.now,
  });
  const url = await gatehouse.listen();
  return Object.assign(app, {
    gatehouse,
    url,
    logged() {
      logger.flush();
      return lines.join('');
    },
    as: (credential?: string) => clientOf(url, credential),
    keyOf: (email: string, scopes: readonly string[] = []) => mint(gatehouse, email, scopes),
    async close() {
      await gatehouse.close();
      logger.flush();
      expectNoSecrets(lines.join(''), folder);
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

async function mint(gatehouse: Gatehouse, email: string, scopes: readonly string[]): Promise<string> {
  const user = await gatehouse.users.findOrCreate(email);
  if (user instanceof Refusal) throw user;
  const made = await gatehouse.keys.mint({ tenant: user.homeTenant, user: user.id, name: 'test', scopes, createdBy: 'test' });
  if (made instanceof Refusal) throw made;
  return made.raw;
}

/** The same answer, whatever the request was called. */
export function withoutRequestId({ status, text }: Pick<Answer, 'status' | 'text'>): { readonly status: number; readonly text: string } {
  return { status, text: text.replace(/req_[A-Za-z0-9]{24}/g, 'req_…') };
}
