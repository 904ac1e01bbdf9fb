import { Refusal } from 'gatehouse';
import type { Answer, TestApp } from '../../../../test/support/open-app.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface SignedIn {
  readonly id: string;
  readonly token: string;
  readonly user: string;
}

/** A session of this user, made if unknown. */
export async function signIn({ gatehouse }: TestApp, email = 'ann@example.com'): Promise<SignedIn> {
  const user = await gatehouse.users.findOrCreate(email);
  if (user instanceof Refusal) throw user;
  const { session, token } = await gatehouse.sessions.mint({ tenant: user.homeTenant, user: user.id, createdBy: 'test', userAgent: 'a test' });
  return { id: session.id, token, user: user.id };
}

export const me = (app: TestApp, token: string): Promise<Answer> => app.call('GET', '/api/v1/gatehouse/me', { token });
export const isIn = async (app: TestApp, token: string): Promise<boolean> => (await me(app, token)).status === 200;
export const refresh = (app: TestApp, token: string): Promise<Answer> => app.call('POST', '/api/v1/auth/refresh', { token });
export const cookieOf = (token: string): string => `gatehouse_session=${token}`;
