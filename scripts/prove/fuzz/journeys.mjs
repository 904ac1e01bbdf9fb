// A person signs in and lets a program in, the program gets tokens and uses them, and it all ends: with live credentials at every step.
import { createHash } from 'node:crypto';
import { bearer } from './request.mjs';
import { Traveller } from './traveller.mjs';

const CALLBACK = 'http://127.0.0.1:33418/callback';
const ORIGIN = ['Origin', 'http://localhost'];
const REFRESH = '/api/v1/auth/refresh';

/** One journey, or as much of it as what came before a step has left. */
export async function journey(world, tally, chance) {
  const one = new Traveller(world, tally, chance);
  const name = `person-${tally.seed}-${chance.below(2 ** 31)}@example.com`;
  if (!(await signIn(one, name))) return;
  const program = await letIn(one);
  if (program !== undefined) await useTokens(one, program);
  await atHome(one);
}

async function signIn(one, email) {
  const asked = await one.step(
    'a link is asked for',
    { method: 'POST', target: '/sign-in', form: Object.entries({ email, next: '/account' }), headers: [ORIGIN] },
    [200],
  );
  // It is printed, as in development.
  const printed = one.world.program.complaint();
  const token = /token=(ghl_[\w-]+)/.exec(printed.slice(Math.max(0, printed.lastIndexOf(email))))?.[1];
  if (asked === undefined || token === undefined) return false;
  one.world.log.live.push(token);
  await one.step('a link is looked at', { target: '/sign-in/link', query: [['token', token]] }, [200, 404]);
  const form = [['token', token]];
  if ((await one.step('a link signs in', { method: 'POST', target: '/sign-in/link', form, headers: [ORIGIN] }, [200])) === undefined) return false;
  one.holds(...one.cookies.values());
  return true;
}

/** @returns the client, a code, and what it is redeemed with; undefined where one of the requests before has answered instead */
async function letIn(one) {
  const registered = await one.step(
    'a program registers',
    { method: 'POST', target: '/oauth/register', json: { client_name: 'fuzz', redirect_uris: [CALLBACK] } },
    [201],
  );
  const client = registered === undefined ? undefined : JSON.parse(registered.body).client_id;
  if (client === undefined) return undefined;
  const verifier = one.chance.bytes(32).toString('base64url');
  const query = Object.entries({
    response_type: 'code',
    client_id: client,
    redirect_uri: CALLBACK,
    state: 'x',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource: 'http://localhost/mcp',
  });
  const waiting = await one.step('a program asks', { target: '/oauth/authorize', query }, [303]);
  const at = waiting?.headers.location ?? '';
  if (!at.startsWith('/oauth/consent/')) return undefined;
  const shown = await one.step('a person is asked', { target: at }, [200]);
  const all = (pattern) => [...(shown?.body ?? '').matchAll(pattern)].map(([, found]) => found.replaceAll('&amp;', '&'));
  const [action] = all(/<form[^>]* action="([^"]+)"/g);
  if (action === undefined) return undefined;
  const form = [
    ...all(/name="scope" value="([^"]+)"/g).map((scope) => ['scope', scope]),
    ['tenant', all(/name="tenant" value="([^"]+)"/g)[0] ?? ''],
    ['decision', 'allow'],
  ];
  const answered = await one.step('a person allows it', { method: 'POST', target: action, form, headers: [ORIGIN] }, [303]);
  const code = new URL(answered?.headers.location ?? CALLBACK).searchParams.get('code');
  return code === null ? undefined : { client, code, verifier };
}

async function useTokens(one, { client, code, verifier }) {
  const token = (name, fields, wanted) =>
    one.step(name, { method: 'POST', target: '/oauth/token', form: Object.entries({ client_id: client, ...fields }) }, wanted);
  const redeeming = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier, resource: 'http://localhost/mcp' };
  one.holds(code);
  const redeemed = await token('a code is redeemed', redeeming, [200]);
  if (redeemed === undefined) return;
  const first = JSON.parse(redeemed.body);
  one.holds(first.access_token, first.refresh_token);
  await use(one, first.access_token, [200]);
  const refreshing = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
  const refreshed = await token('a token is refreshed', refreshing, [200]);
  const second = refreshed === undefined ? undefined : JSON.parse(refreshed.body);
  if (second === undefined) return;
  const again = JSON.parse((await token('the same token is refreshed again', refreshing, [200]))?.body ?? '{}');
  one.holds(second.access_token, second.refresh_token);
  if (again.refresh_token !== second.refresh_token) one.tally.fault('the same token is refreshed again', 'another successor');
  const about = (path, value) => ({
    method: 'POST',
    target: path,
    form: Object.entries({ client_id: client, token: value, token_type_hint: 'refresh_token' }),
  });
  await one.step('a program asks what a token is', about('/oauth/introspect', second.refresh_token), [200]);
  // By redeeming the code again, or by revoking what it gave: both end all that it gave.
  if (one.chance.odds(0.5)) await token('a code is redeemed twice', redeeming, [400]);
  else await one.step('a program gives its access up', about('/oauth/revoke', second.refresh_token), [200]);
  await use(one, first.access_token, [401]);
  await use(one, second.access_token, [401]);
  await token('a token that has ended is refreshed', { ...refreshing, refresh_token: second.refresh_token }, [400]);
}

function use(one, access, wanted) {
  return one.step(`a token is used: ${wanted}`, { target: one.world.list, query: [['limit', '1']], headers: [bearer(access), ['Cookie', '']] }, wanted);
}

async function atHome(one) {
  const page = await one.step('a person looks at the account', { target: '/account' }, [200]);
  const grant = /name="grant" value="([^"]+)"/.exec(page?.body ?? '')?.[1];
  const form = [['grant', grant ?? 'none']];
  await one.step('a person disconnects', { method: 'POST', target: '/account/disconnect', form, headers: [ORIGIN] }, [303]);
  const before = one.cookies.get('gatehouse_session') ?? '';
  const refreshed = await one.step('a session is refreshed', { method: 'POST', target: REFRESH, headers: [ORIGIN] }, [200]);
  if (refreshed !== undefined) one.holds(one.cookies.get('gatehouse_session'));
  await one.step('a person signs out', { method: 'POST', target: '/sign-out', form: [['x', 'y']], headers: [ORIGIN] }, [303]);
  await one.step('an ended session is refreshed', { method: 'POST', target: REFRESH, headers: [bearer(before), ['Cookie', '']] }, [401]);
}
