import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { createMailer } from '../../src/services/mail.js';
import { Browser } from './browser.js';
import { MailServer } from './mail-server.js';

const FROM = 'Fixture <sign-in@example.com>';

let mail: MailServer;
let app: TestApp | undefined;
beforeEach(async () => {
  mail = await MailServer.start();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  await mail.close();
});

async function open(url: string): Promise<TestApp> {
  app = await openApp(fixturePlatform, { database: 'sqlite', environment: { GATEHOUSE_SMTP_URL: url, GATEHOUSE_MAIL_FROM: FROM } });
  return app;
}

describe('a link by mail', () => {
  it('arrives as plain text from the address that was set, signs in, and is printed nowhere', async () => {
    const { url, printed, logged } = await open(mail.url);
    const browser = new Browser({ url });
    const sent = await browser.post('/sign-in', { email: 'Ann@example.com', next: '/docs' });
    expect([sent.status, sent.text.includes('Check your e-mail')]).toEqual([200, true]);
    const [message] = mail.received;
    expect(message).toMatchObject({ from: 'sign-in@example.com', to: ['ann@example.com'] });
    for (const line of ['From: Fixture <sign-in@example.com>', 'Auto-Submitted: auto-generated', 'Content-Type: text/plain'])
      expect(message?.raw.toLowerCase()).toContain(line.toLowerCase());
    const [link = '', token = ''] = /http:\/\/\S+token=(\S+)/.exec(message?.text ?? '') ?? [];
    expect(link.startsWith(`${url}/sign-in/link?token=ghl_`)).toBe(true);
    expect((await browser.post('/sign-in/link', { token })).leadsTo).toBe('/docs');
    expect(await browser.email()).toBe('ann@example.com');
    expect([printed(), logged().includes(token)]).toEqual(['', false]);
  });

  it('that cannot be sent is 503 with when to try again, and the log has neither link, nor address, nor password', async () => {
    const { url, logged } = await open(mail.url);
    mail.fault = Object.assign(new Error('5.1.1 no such mailbox ann@example.com'), { responseCode: 550 });
    const refused = await new Browser({ url }).post('/sign-in', { email: 'ann@example.com' });
    expect([refused.status, refused.headers.get('retry-after'), refused.text.includes('could not be sent')]).toEqual([503, '30', true]);
    expect(logged()).toContain('"event":"mail_failed","domain":"example.com"');
    expect(logged()).toContain('"response_code":550');
    for (const secret of ['ann@', 'ghl_', 'p@ss', 'p%40ss']) expect(logged()).not.toContain(secret);
  });

  it('is 503 as well where the server is gone, or does not know us', async () => {
    const { url, logged } = await open(mail.url.replace('p%40ss', 'wrong'));
    expect((await new Browser({ url }).post('/sign-in', { email: 'ann@example.com' })).status).toBe(503);
    expect(logged()).toContain('"code":"EAUTH"');
    expect(logged()).not.toContain('wrong');
    await mail.close();
    expect((await new Browser({ url }).post('/sign-in', { email: 'bob@example.com' })).status).toBe(503);
    mail = await MailServer.start();
  });
});

describe('the way out for mail', () => {
  const lines: object[] = [];
  const log = (event: object): void => void lines.push(event);
  const message = { to: 'ann@example.com', subject: 'x', text: 'y' };

  it('says no password and no link without TLS, unless the server is on this machine or that was asked for', async () => {
    // This machine, by an address that does not say so.
    const byName = mail.url.replace('127.0.0.1', '0.0.0.0');
    lines.length = 0;
    expect(await createMailer({ url: byName, from: FROM, log }).send(message)).toBe(false);
    expect(lines).toMatchObject([{ event: 'mail_failed', domain: 'example.com', command: 'STARTTLS' }]);
    expect(mail.received).toEqual([]);
    expect(await createMailer({ url: `${byName}?tls=optional`, from: FROM, log }).send(message)).toBe(true);
    expect(mail.received).toHaveLength(1);
  });

  it('does not wait for ever for a server that says nothing, nor holds more than a few messages', async () => {
    mail.fault = 'silent';
    const mailer = createMailer({ url: mail.url, from: FROM, log, limits: { wholeMs: 150, atOnce: 2 } });
    lines.length = 0;
    const sent = [mailer.send(message), mailer.send(message), mailer.send(message)];
    expect(await sent[2]).toBe(false);
    expect(lines).toMatchObject([{ code: 'BUSY' }]);
    expect(await Promise.all(sent)).toEqual([false, false, false]);
    expect(lines.slice(1)).toMatchObject([{ code: 'ETIMEDOUT' }, { code: 'ETIMEDOUT' }]);
  });
});
