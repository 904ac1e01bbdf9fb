// What people and programs send that is no call: forms of our pages, OAuth's endpoints, pages of tenants, what identity providers tell, and the
// management plane as a person.
import { createHmac } from 'node:crypto';
import { MARKUP } from './check.mjs';
import { JSON_TYPE, bytesOf } from './request.mjs';
import { absurd, fitting, spoilt } from './values.mjs';

const FORM = ['Content-Type', 'application/x-www-form-urlencoded'];
const CALLBACK = 'http://127.0.0.1:33418/callback';
const ELSEWHERE = [
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/account\r\nSet-Cookie: a=b',
  '/%2f%2fevil.example',
  '/..//evil.example',
  '/\t/evil.example',
];
const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials', 'password', 'urn:ietf:params:oauth:grant-type:jwt-bearer', '__proto__', ''];
const TOLD = ['user.deleted', 'user.updated', 'organizationMembership.deleted', 'organization.deleted', 'user.created', '__proto__'];
const TEXTS = [
  MARKUP,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'x'.repeat(5000),
  '../..',
  "' or 1=1 --",
  'ann@example.com',
  '\u202eevil',
  '__proto__',
  '%00',
  '9'.repeat(40),
];
/** A form is sent from our own page, from another's, or from none. */
const origins = (world) => [
  ['Origin', world.program.url],
  ['Origin', 'http://localhost'],
  ['Origin', 'http://evil.example'],
  ['Origin', 'null'],
  ['Sec-Fetch-Site', 'same-origin'],
];

/** From somewhere, with the limits of that address. */
const from = (chance) => ['X-Forwarded-For', chance.odds(0.9) ? `fd00::${chance.below(65_536).toString(16)}:0:0:0:1` : 'x'];

const text = (chance) => (chance.odds(0.8) ? chance.pick(TEXTS) : (JSON.stringify(absurd(chance)) ?? '').toWellFormed());
const sent = (request) => ({ bytes: bytesOf(request), bodiless: request.method === 'HEAD', page: true });

/** Some of these names with a value each, now and then twice. */
function fields(chance, values) {
  const form = new URLSearchParams();
  for (const [name, good] of Object.entries(values)) {
    if (chance.odds(0.15)) continue;
    form.append(name, (chance.odds(0.6) ? chance.pick([good].flat()) : text(chance)) ?? '');
    if (chance.odds(0.05)) form.append(name, text(chance));
  }
  return form;
}

function posted(world, chance, target, values, headers = []) {
  const origin = chance.odds(0.9) ? [chance.odds(0.7) ? origins(world)[1] : chance.pick(origins(world))] : [];
  const type = chance.odds(0.95) ? FORM : chance.pick([JSON_TYPE, ['Content-Type', 'multipart/form-data'], ['Content-Type', '']]);
  return sent({ target, headers: [type, ...origin, ...headers], body: fields(chance, values).toString() });
}

const cookie = (world, chance) =>
  chance.odds(0.7) ? [['Cookie', `gatehouse_session=${chance.odds(0.8) ? world.session : chance.pick(Object.values(world.keys))}`]] : [];

const asked = (world) => ({
  response_type: 'code',
  client_id: world.client,
  redirect_uri: [CALLBACK, 'http://127.0.0.1:1/callback', ...ELSEWHERE],
  state: MARKUP,
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: ['S256', 'plain'],
  scope: ['a:b', world.scope, '*'],
  resource: [`${world.program.url}/mcp`, 'https://evil.example'],
  prompt: ['none', 'login'],
  response_mode: ['query', 'fragment', 'form_post'],
  request_uri: 'urn:x',
});

const TOKEN = (world) => ({
  grant_type: GRANTS,
  client_id: [world.client, ...Object.values(world.keyIds)],
  client_secret: Object.values(world.keys),
  code: text,
  refresh_token: 'ghr_x',
  redirect_uri: CALLBACK,
  code_verifier: 'x'.repeat(43),
  scope: [world.scope, '*'],
  resource: [`${world.program.url}/mcp`, ''],
  token: Object.values(world.keys),
  token_type_hint: ['access_token', 'x'],
});

/** Generators by class: `(world, chance) => { bytes, bodiless, page? }`. */
export const forms = {
  'forms of programs'(world, chance) {
    const { code: _code, ...values } = TOKEN(world);
    const basic = chance.odds(0.2)
      ? [['Authorization', `Basic ${Buffer.from(`${text(chance)}:${chance.pick(Object.values(world.keys))}`).toString('base64')}`]]
      : [];
    return posted(world, chance, chance.pick(['/oauth/token', '/oauth/revoke', '/oauth/introspect']), { ...values, code: 'x' }, basic);
  },
  'programs that register'(_world, chance) {
    const metadata = {
      client_name: MARKUP,
      redirect_uris: [CALLBACK, ...ELSEWHERE],
      grant_types: GRANTS,
      scope: '*',
      token_endpoint_auth_method: 'none',
      client_uri: 'javascript:x',
    };
    return sent({ target: '/oauth/register', headers: [JSON_TYPE], body: JSON.stringify(spoilt(metadata, chance)) ?? '' });
  },
  'programs that ask a person'(world, chance) {
    const query = fields(chance, asked(world));
    if (chance.odds(0.3)) return sent({ target: '/oauth/authorize', headers: [FORM, from(chance), ...cookie(world, chance)], body: query.toString() });
    return sent({ method: chance.pick(['GET', 'HEAD']), target: `/oauth/authorize?${query}`, headers: [from(chance), ...cookie(world, chance)] });
  },
  'forms of people'(world, chance) {
    const target = chance.pick([
      '/sign-in',
      '/sign-in/link',
      '/sign-out/',
      '/account/disconnect',
      '/account/end-session',
      '/account/switch',
      '/account/leave',
      '/invitation',
      '/oauth/consent/x',
      '/sign-in/with/x',
    ]);
    const values = {
      email: `${chance.below(1e6)}@example.com`,
      next: ELSEWHERE,
      token: world.session,
      client: text(chance),
      once: text(chance),
      session: text(chance),
      tenant: text(chance),
      id: text(chance),
      decision: 'allow',
      scope: '*',
    };
    return posted(world, chance, target, values, [from(chance), ...cookie(world, chance)]);
  },
  'pages of people'(world, chance) {
    const query = fields(chance, { next: ELSEWHERE, token: `ghi_${'A'.repeat(43)}`, id: text(chance), other: '1', done: ['left', MARKUP, '__proto__'] });
    const path = chance.pick([
      '/sign-in',
      '/sign-in/link',
      '/account',
      '/invitation',
      '/oauth/consent/x',
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration/mcp',
    ]);
    return sent({ method: chance.pick(['GET', 'GET', 'HEAD', 'PUT']), target: `${path}?${query}`, headers: cookie(world, chance) });
  },
  'pages of tenants'(world, chance) {
    const page =
      chance.odds(0.8) && world.pages.length > 0
        ? chance.pick(world.pages)
        : chance.pick(['/f/x/y', '/f/%00/%ff', '/f//', '/f/__proto__/constructor', `/f/${'a'.repeat(3000)}/b`]);
    const query = fields(chance, { utm_source: MARKUP, utm_campaign: text(chance), registered: '' });
    const target = `${page}?${query}`;
    if (chance.odds(0.5)) return sent({ method: chance.pick(['GET', 'HEAD']), target, headers: [['User-Agent', 'fuzz']] });
    return posted(world, chance, target, { _form: world.forms.length > 0 ? world.forms : 'x', name: MARKUP, email: 'ann@example.com', phone: text(chance) });
  },
  'what a provider tells'(world, chance) {
    const subject = `user_${chance.pick(['nobody', 'mallory', `n${chance.below(100)}`])}${chance.pick(['', '', '\u0000', '\ud800', 'x'.repeat(300)])}`;
    const told = {
      type: chance.pick(TOLD),
      timestamp: chance.pick([undefined, Date.now(), 1, 1.5, 1e15, 1e300, 2 ** 53]),
      data: {
        id: subject,
        email_addresses: [{ id: 'e', email_address: chance.pick(['nobody@example.com', text(chance)]), verification: { status: 'verified' } }],
        primary_email_address_id: 'e',
        first_name: text(chance),
        public_user_data: { user_id: subject },
        organization: { id: chance.pick(['org_none', text(chance)]) },
      },
    };
    const body = JSON.stringify(chance.odds(0.5) ? told : spoilt(told, chance)) ?? '';
    const at = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', Buffer.from(world.webhookSecret.slice('whsec_'.length), 'base64'))
      .update(`m.${at}.${body}`)
      .digest('base64');
    const signed = [
      ['svix-id', 'm'],
      ['svix-timestamp', chance.odds(0.9) ? at : text(chance).replace(/[^ -~]/g, '')],
      ['svix-signature', chance.odds(0.9) ? `v1,${signature}` : chance.pick(['', 'v1,', 'v1, v1,', 'v2,x'])],
    ];
    return { bytes: bytesOf({ target: '/api/v1/webhooks', headers: [JSON_TYPE, ...signed], body }), bodiless: false };
  },
  'management by a person'(world, chance) {
    const { method, path, schema } = chance.pick(world.management);
    const input = fitting(schema, chance, world.ids);
    const target = path.replace(/:(\w+)/g, (_all, name) => encodeURIComponent(String(input[name] ?? 'x')));
    const given = chance.odds(0.5) ? input : spoilt(input, chance);
    const by = chance.odds(0.5)
      ? [['Authorization', `Bearer ${world.session}`]]
      : [['Cookie', `gatehouse_session=${world.session}`], chance.pick(origins(world))];
    const once = chance.odds(0.2) ? [['Idempotency-Key', `m-${chance.below(20)}`]] : [];
    return {
      bytes: bytesOf({ method, target, headers: [...by, ...once, JSON_TYPE], ...(method === 'GET' ? {} : { body: JSON.stringify(given) ?? '' }) }),
      bodiless: false,
      page: method === 'GET',
    };
  },
};
