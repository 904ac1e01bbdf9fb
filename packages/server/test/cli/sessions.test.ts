import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, gatehouse, json, serve, statusWith, temporaryFolder } from './process.js';
import { moment } from '../support/moment.js';

interface Minted {
  readonly id: string;
  readonly token: string;
  readonly cookie: string;
  readonly expires_at: string;
}

const folder = temporaryFolder();
const data = ['--data', folder.path];
const newSession = (user = 'ada@example.com') => json<Minted>('session', 'create', '--user', user, ...data);
let server: Running;

beforeAll(async () => {
  server = await serve(data);
}, 30_000);
afterAll(async () => {
  await server.stop('SIGKILL');
  folder.remove();
});

test('session create makes the user where there is none, and prints a token and a cookie that are good at once', async () => {
  const made = await newSession('new@example.com');
  expect(made).toEqual({
    id: expect.any(String),
    token: expect.stringMatching(/^[0-9a-f]{64}$/),
    cookie: `gatehouse_session=${made.token}`,
    expires_at: moment,
  });
  expect(await statusWith(server.url, made.token)).toBe(200);
  const answer = await fetch(`${server.url}/api/v1/gatehouse/me`, { headers: { cookie: made.cookie } });
  expect(await answer.json()).toMatchObject({ email: 'new@example.com', role: 'owner' });
  expect(server.stdout() + server.stderr()).not.toContain(made.token);
});

test('session list shows where a user is signed in, without tokens; session revoke ends one with the next call', async () => {
  const one = await newSession();
  const two = await newSession();
  expect(await statusWith(server.url, one.token)).toBe(200);
  const listed = await json<object[]>('session', 'list', '--user', 'Ada@example.com', ...data);
  const shape = { user_agent: 'gatehouse session create', created_at: moment, refreshed_at: moment, expires_at: moment, ends_at: moment };
  expect(listed).toHaveLength(2);
  expect(listed).toContainEqual({ ...shape, id: one.id });
  expect(await json('session', 'revoke', one.id, ...data)).toMatchObject({ id: one.id });
  expect([await statusWith(server.url, one.token), await statusWith(server.url, two.token)]).toEqual([401, 200]);
  expect(await json<object[]>('session', 'list', '--user', 'ada@example.com', ...data)).toEqual([{ ...shape, id: two.id }]);
}, 30_000);

test('an ended or unknown session, or a token in the place of an id, is told so without repeating it', async () => {
  const { token, id } = await newSession();
  await json('session', 'revoke', id, ...data);
  for (const wrong of [id, token, 'no-such']) {
    const { code, stderr } = await gatehouse(['session', 'revoke', wrong, ...data, '--json']);
    expect([code, JSON.parse(stderr).code]).toEqual([1, 'not_found']);
    expect(stderr).not.toContain(token);
  }
  expect(await gatehouse(['session', 'list', '--user', 'nobody@example.com', ...data, '--json'])).toMatchObject({ code: 1 });
}, 30_000);
