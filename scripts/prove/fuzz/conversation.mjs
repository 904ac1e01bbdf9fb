// Sessions, questions to the client and what is told on the way: whole requests again, each with one answer, which may be a stream that ends.
import { bytesOf, forMcp } from './request.mjs';
import { absurd, spoilt } from './values.mjs';

const META = 'io.modelcontextprotocol/';
const CAPABILITIES = { elicitation: {}, sampling: {}, roots: {} };
const stateless = {
  [`${META}protocolVersion`]: '2026-07-28',
  [`${META}clientCapabilities`]: CAPABILITIES,
  [`${META}clientInfo`]: { name: 'fuzz', version: '1' },
};
const LEVELS = ['debug', 'info', 'emergency', 'loud', null];

const quiet = (headers, body) => ({ bytes: bytesOf({ headers, body: JSON.stringify(body) ?? '' }), bodiless: false });

function spoiltText(text, chance) {
  const at = chance.below(text.length + 1);
  return chance.pick([text.slice(0, at), `${text.slice(0, at)}A${text.slice(at)}`, text.toLowerCase(), `${text}=`, text.split('').reverse().join('')]);
}

/** A session that a client of the initialize era opens. */
export function opening(capabilities) {
  return { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'fuzz', version: '1' } } };
}

/** Generators by class: `(world, chance) => { bytes, bodiless }`. */
export const conversation = {
  sessions(world, chance) {
    const id = chance.pick(world.sessions);
    const session = ['Mcp-Session-Id', chance.odds(0.5) ? id : spoiltText(id, chance)];
    const key = chance.odds(0.8) ? world.keys.full : world.someKey(chance);
    const [method, params] = chance.pick([
      ['ping', {}],
      ['tools/list', {}],
      ['logging/setLevel', { level: chance.pick(LEVELS) }],
      ['resources/subscribe', { uri: chance.pick(world.uris) }],
      ['resources/unsubscribe', { uri: chance.pick(world.uris) }],
      ['notifications/initialized', {}],
    ]);
    const body = { jsonrpc: '2.0', id: chance.below(1e6), method, params };
    return quiet([...forMcp(key), session], chance.odds(0.2) ? spoilt(body, chance) : body);
  },
  'sessions opened, and ended'(world, chance) {
    if (chance.odds(0.5)) return quiet(forMcp(world.keys.full), spoilt(opening(chance.odds(0.5) ? CAPABILITIES : absurd(chance)), chance));
    return {
      bytes: bytesOf({ method: 'DELETE', headers: [...forMcp(world.keys.full), ['Mcp-Session-Id', spoiltText(chance.pick(world.sessions), chance)]] }),
      bodiless: false,
    };
  },
  'work that tells how far it is'(world, chance) {
    const _meta = {
      progressToken: chance.odds(0.7) ? chance.below(100) : absurd(chance),
      ...(chance.odds(0.5) && { ...stateless, [`${META}logLevel`]: chance.pick(LEVELS) }),
    };
    const body = {
      jsonrpc: '2.0',
      id: chance.below(1e6),
      method: 'tools/call',
      params: { name: 'tell', arguments: { steps: chance.below(7), text: 'so far' }, _meta },
    };
    const headers = [...forMcp(world.keys.full), ['MCP-Protocol-Version', '2026-07-28'], ['Mcp-Method', 'tools/call'], ['Mcp-Name', 'tell']];
    return quiet(chance.odds(0.5) ? headers : forMcp(world.keys.full), body);
  },
  'answers to questions'(world, chance) {
    const state = chance.pick(world.states);
    const given = { action: 'accept', content: { colour: 'red' } };
    const params = {
      name: 'ask',
      arguments: { about: chance.pick(['it', 'that']) },
      inputResponses: chance.odds(0.5) ? { one: given } : spoilt({ one: given, two: given }, chance),
      requestState: chance.odds(0.5) ? state : chance.odds(0.5) ? spoiltText(state, chance) : absurd(chance),
      _meta: stateless,
    };
    const headers = [...forMcp(world.keys.full), ['MCP-Protocol-Version', '2026-07-28'], ['Mcp-Method', 'tools/call'], ['Mcp-Name', 'ask']];
    return quiet(headers, { jsonrpc: '2.0', id: chance.below(1e6), method: 'tools/call', params });
  },
};

/** What a client of each kind holds after it has begun: sessions, and the state of calls that asked something. */
export async function begun(port, key, sendAlone) {
  const send = async (headers, body) =>
    (
      await sendAlone(port, bytesOf({ headers: [...forMcp(key), ...headers, ['Connection', 'close']], body: JSON.stringify(body) }), {
        timeoutMs: 5_000,
        keepOpen: true,
      })
    ).answers[0];
  const sessions = [];
  for (const capabilities of [{}, CAPABILITIES]) sessions.push((await send([], opening(capabilities))).headers['mcp-session-id']);
  const asked = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'ask', arguments: { about: 'it' }, _meta: stateless } };
  const { body } = await send(
    [
      ['MCP-Protocol-Version', '2026-07-28'],
      ['Mcp-Method', 'tools/call'],
      ['Mcp-Name', 'ask'],
    ],
    asked,
  );
  const state = JSON.parse(body).result?.requestState;
  if (sessions.includes(undefined) || state === undefined) throw new Error(`No session or no state was given: ${sessions} ${body}`);
  return { sessions, states: [state] };
}

/** Requests whose answer is a stream that goes on. */
export function listening(world) {
  const filters = { toolsListChanged: true, resourcesListChanged: true, resourceSubscriptions: world.uris };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications: filters, _meta: stateless } });
  return [
    bytesOf({ method: 'GET', headers: [...forMcp(world.keys.full), ['Mcp-Session-Id', world.sessions[1]]] }),
    bytesOf({ headers: [...forMcp(world.keys.full), ['MCP-Protocol-Version', '2026-07-28'], ['Mcp-Method', 'subscriptions/listen']], body }),
  ];
}
