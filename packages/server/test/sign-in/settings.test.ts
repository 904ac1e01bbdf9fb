import { generateKeyPairSync } from 'node:crypto';
import { ConfigError, readConfig } from 'gatehouse';
import { describe, expect, it } from 'vitest';

const pem = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const P256 = pem('prime256v1');

const MAIL = { GATEHOUSE_SMTP_URL: 'smtp://user:hunter2@mail.example.com:587', GATEHOUSE_MAIL_FROM: 'a@example.com' };
const OIDC = {
  GATEHOUSE_OIDC_ISSUER: 'https://id.example.com',
  GATEHOUSE_OIDC_CLIENT_ID: 'c',
  GATEHOUSE_OIDC_CLIENT_SECRET: 'hunter2',
  GATEHOUSE_OIDC_NAME: 'Example',
};
const GOOGLE = { GATEHOUSE_GOOGLE_CLIENT_ID: 'c', GATEHOUSE_GOOGLE_CLIENT_SECRET: 'hunter2' };
const GITHUB = { GATEHOUSE_GITHUB_CLIENT_ID: 'c', GATEHOUSE_GITHUB_CLIENT_SECRET: 'hunter2' };
const APPLE = { GATEHOUSE_APPLE_CLIENT_ID: 'c', GATEHOUSE_APPLE_TEAM_ID: 't', GATEHOUSE_APPLE_KEY_ID: 'k', GATEHOUSE_APPLE_PRIVATE_KEY: P256 };
const PUBLIC = { publicUrl: 'https://api.example.com' };

function fault(environment: Record<string, string | undefined>, flags: Record<string, string> = PUBLIC): ConfigError {
  try {
    readConfig(flags, environment, []);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('It was taken');
}

describe('the settings of sign-in', () => {
  it('are none, or as many as are set, in the order of the buttons', () => {
    expect(readConfig({}, {}, []).signIn).toEqual({ mail: undefined, providers: [] });
    const { mail, providers } = readConfig(PUBLIC, { ...GITHUB, ...APPLE, ...OIDC, ...GOOGLE, ...MAIL }, []).signIn;
    expect(mail).toEqual({ url: MAIL.GATEHOUSE_SMTP_URL, from: 'a@example.com' });
    expect(providers.map(({ kind }) => kind)).toEqual(['oidc', 'google', 'apple', 'github']);
  });

  it.each([
    ['mail', MAIL],
    ['OpenID Connect', OIDC],
    ['Google', GOOGLE],
    ['GitHub', GITHUB],
    ['Apple', APPLE],
  ])('%s in part refuses to start, with the name of each setting that is missing', (_what, all) => {
    for (const missing of Object.keys(all)) {
      for (const nothing of [undefined, '', '  ']) {
        const error = fault({ ...all, [missing]: nothing });
        expect(error.setting).toBe(missing);
        expect(error.message).not.toContain('hunter2');
      }
    }
  });

  it.each([
    'mail.example.com',
    'http://mail.example.com',
    'smtp://',
    'smtp:///x',
    'smtp://user:hunter2@',
    'smtp://user:hunter2%@mail.example.com',
    'smtp://user:hunter2@mail.example.com/path',
    'smtp://user:hunter2@mail.example.com?tls=never',
    'smtp://user:hunter2@mail.example.com#x',
  ])('the mail server %s is refused without repeating it', (url) => {
    const error = fault({ ...MAIL, GATEHOUSE_SMTP_URL: url });
    expect([error.setting, error.message.includes('hunter2')]).toEqual(['GATEHOUSE_SMTP_URL', false]);
  });

  it.each(['example.com', 'a@', 'A <a@example.com', 'a@example.com, b@example.com', 'A\r\nBcc: b@example.com <a@example.com>'])(
    'a sender %j is refused',
    (from) => {
      expect(fault({ ...MAIL, GATEHOUSE_MAIL_FROM: from }).setting).toBe('GATEHOUSE_MAIL_FROM');
    },
  );

  it.each([
    'id.example.com',
    'http://id.example.com',
    'https://u:hunter2@id.example.com',
    'https://id.example.com?x=1',
    'https://id.example.com#x',
    'ftp://id.example.com',
  ])('an issuer %s is refused', (issuer) => {
    const error = fault({ ...OIDC, GATEHOUSE_OIDC_ISSUER: issuer });
    expect([error.setting, error.message.includes('hunter2')]).toEqual(['GATEHOUSE_OIDC_ISSUER', false]);
  });

  it('an issuer on this machine is for development only', () => {
    const issuer = { ...OIDC, GATEHOUSE_OIDC_ISSUER: 'http://127.0.0.1:9000' };
    expect(readConfig({}, issuer, []).signIn.providers).toHaveLength(1);
    expect(fault(issuer).setting).toBe('GATEHOUSE_OIDC_ISSUER');
  });

  it("Apple's key is a P-256 key, with line breaks as they are or as \\n, and never repeated", () => {
    const read = (key: string) => readConfig(PUBLIC, { ...APPLE, GATEHOUSE_APPLE_PRIVATE_KEY: key }, []).signIn.providers[0];
    expect(read(P256.replaceAll('\n', '\\n'))).toEqual(read(P256));
    for (const key of ['hunter2', pem('secp384r1'), P256.slice(0, 80)]) {
      const error = fault({ ...APPLE, GATEHOUSE_APPLE_PRIVATE_KEY: key });
      expect([error.setting, error.message.includes(key.slice(0, 40))]).toEqual(['GATEHOUSE_APPLE_PRIVATE_KEY', false]);
    }
  });

  it('Apple needs an https origin of ours', () => {
    expect(fault(APPLE, {}).setting).toBe('--public-url');
    expect(fault(APPLE, { publicUrl: 'http://localhost:4100' }).setting).toBe('--public-url');
    expect(fault({ ...APPLE, GATEHOUSE_PUBLIC_URL: 'http://localhost:4100' }, {}).setting).toBe('GATEHOUSE_PUBLIC_URL');
  });
});
