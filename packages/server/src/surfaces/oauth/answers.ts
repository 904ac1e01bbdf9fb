import { sha256 } from '../../domain/presented.js';
import type { OauthOptions } from './options.js';

const KIND = 'Answer';
/** A second click, or a third, while the first is on its way. */
const AGAIN_MS = 30_000;

type Kept = Pick<OauthOptions, 'answers' | 'store' | 'now'>;

/**
 * Where a person's answer leads. A browser that is told to send the form again while it waits, by a second click on a slow line, drops the
 * first answer unseen, and the program's code with it: so the same form gets the same answer, sealed meanwhile.
 */
export async function keepAnswer(uid: string, location: string, { answers, store, now }: Kept): Promise<void> {
  const payload = JSON.stringify(answers.close(location, uid));
  await store.artifacts.put({ kind: KIND, hash: sha256(uid), payload, handle: null, grant: null, expiresAt: now() + AGAIN_MS, consumedAt: null });
}

/** undefined: there was none, it was too long ago, or it has come to the program, which has redeemed its code. */
export async function keptAnswer(uid: string, { answers, store, now }: Kept): Promise<string | undefined> {
  const kept = await store.artifacts.find(KIND, sha256(uid));
  if (kept === undefined || kept.expiresAt <= now()) return undefined;
  const location = answers.open(JSON.parse(kept.payload), uid);
  const code = location === undefined ? null : new URL(location).searchParams.get('code');
  const redeemed = code !== null && (await store.artifacts.find('AuthorizationCode', sha256(code)))?.consumedAt !== null;
  return redeemed ? undefined : location;
}
