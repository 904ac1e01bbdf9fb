// Whole HTTP requests whose content is strange: each has exactly one answer, so many of them go over one connection.
import { ACCEPT, JSON_TYPE, bearer, bytesOf, forMcp } from './request.mjs';
import { absurd, brokenBytes, brokenText, fitting, nested, spoilt } from './values.mjs';

const METHODS = ['initialize', 'ping', 'tools/list', 'tools/call', 'resources/list', 'resources/templates/list', 'resources/read', 'resources/subscribe'];
const OTHERS = ['resources/unsubscribe', 'prompts/list', 'prompts/get', 'completion/complete', 'logging/setLevel', 'server/discover', 'subscriptions/listen'];
const NOTIFICATIONS = ['notifications/initialized', 'notifications/cancelled', 'notifications/progress', 'notifications/roots/list_changed', 'notifications/'];
const VERSIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '9999-99-99', '', '2025-11-25, 2025-11-25', 'DRAFT'];

/** A method, whatever it is; the streams among them are asked for elsewhere. */
const someMethod = (chance) =>
  chance.pick(chance.pick([METHODS, OTHERS.slice(0, -1), NOTIFICATIONS, ['rpc.discover', '', 'tools/call/', '__proto__', 'constructor']]));

function anyId(chance) {
  return chance.pick([0, 1, -1, 1.5, 2 ** 53, 'a', '', '\u2028', 'x'.repeat(1000), '"', '<', chance.below(1e9), String(chance.below(1e9))]);
}

const META = 'io.modelcontextprotocol/';
const stateless = { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {}, [`${META}clientInfo`]: { name: 'fuzz', version: '1' } };

function callOf(world, chance) {
  const tool = chance.pick(world.tools);
  return { jsonrpc: '2.0', id: chance.below(1e9), method: 'tools/call', params: { name: tool.name, arguments: fitting(tool.inputSchema, chance, world.ids) } };
}

/** What each method wants, so that what comes behind the first check is met too. */
function messageOf(world, chance) {
  if (chance.odds(0.4)) return callOf(world, chance);
  const params = {
    name: chance.pick([...world.prompts, ...world.tools]).name,
    uri: chance.pick(world.uris),
    level: chance.pick(['debug', 'emergency', 'loud']),
    protocolVersion: chance.pick(VERSIONS),
    capabilities: {},
    clientInfo: { name: 'fuzz', version: '1' },
    ref: chance.pick([
      { type: 'ref/prompt', name: chance.pick(world.prompts).name },
      { type: 'ref/resource', uri: chance.pick(world.uris) },
    ]),
    argument: { name: chance.pick(['topic', 'id', '__proto__']), value: chance.pick(['', 'a', 'z'.repeat(300)]) },
    arguments: chance.pick([{}, { topic: 'a' }, { id: chance.pick(world.ids) ?? 'x' }]),
  };
  return { jsonrpc: '2.0', id: chance.below(1e9), method: someMethod(chance), params };
}

/** The echo is certain where the message is whole, its id plain and the credential good. */
const echoOf = ({ id, method }) => (method.startsWith('notifications/') ? undefined : JSON.stringify(id));

/** Notifications are answered without a body. */
const quiet = ({ bytes, id }) => ({ bytes, id, bodiless: false });

function modern(message, chance) {
  const params = { ...message.params, _meta: chance.odds(0.8) ? stateless : spoilt(stateless, chance) };
  const whole = chance.odds(0.8);
  const named = message.method === 'resources/read' ? params.uri : params.name;
  const headers = whole
    ? [
        ['MCP-Protocol-Version', '2026-07-28'],
        ['Mcp-Method', message.method],
        ['Mcp-Name', encoded(named ?? '')],
      ]
    : [['Mcp-Method', chance.pick(METHODS)]];
  return { body: { ...message, params }, headers };
}

/** As the specification has it for values that no header can hold. */
const encoded = (text) => (/^[\x21-\x7e]*$/.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`);

/** Generators by class: `(world, chance) => { bytes, id?, bodiless }`. */
export const messages = {
  'tools/call with arguments from its schema'(world, chance) {
    const call = callOf(world, chance);
    return quiet({ id: echoOf(call), bytes: bytesOf({ headers: forMcp(world.someKey(chance)), body: JSON.stringify(call) }) });
  },
  'tools/call with spoilt arguments'(world, chance) {
    const call = callOf(world, chance);
    call.params.arguments = spoilt(call.params.arguments, chance);
    return quiet({ bytes: bytesOf({ headers: forMcp(world.keys.full), body: JSON.stringify(call) }) });
  },
  'methods of the protocol'(world, chance) {
    const message = messageOf(world, chance);
    return quiet({ id: echoOf(message), bytes: bytesOf({ headers: forMcp(world.someKey(chance)), body: JSON.stringify(message) }) });
  },
  'methods of the protocol, spoilt'(world, chance) {
    return quiet({ bytes: bytesOf({ headers: forMcp(world.keys.full), body: JSON.stringify(spoilt(messageOf(world, chance), chance)) }) });
  },
  'stateless messages'(world, chance) {
    const { body, headers } = modern(messageOf(world, chance), chance);
    const sent = chance.odds(0.3) ? spoilt(body, chance) : body;
    return quiet({ bytes: bytesOf({ headers: [...forMcp(world.keys.full), ...headers], body: JSON.stringify(sent) }) });
  },
  'ids and envelopes'(world, chance) {
    const id = chance.odds(0.5) ? anyId(chance) : absurd(chance);
    const message = {
      jsonrpc: chance.pick(['2.0', '2.0', '1.0', 2, null]),
      id,
      method: chance.pick(['ping', 'tools/list', 'x', 7]),
      params: chance.pick([undefined, {}, [], null, 0]),
    };
    return quiet({ bytes: bytesOf({ headers: forMcp(world.keys.full), body: JSON.stringify(message) }) });
  },
  batches(world, chance) {
    const elements = chance.several(chance.pick([3, 20, 60]), () => (chance.odds(0.7) ? messageOf(world, chance) : absurd(chance)));
    const version = chance.odds(0.5) ? [['MCP-Protocol-Version', chance.pick(VERSIONS)]] : [];
    return quiet({ bytes: bytesOf({ headers: [...forMcp(world.keys.full), ...version], body: JSON.stringify(elements) }) });
  },
  'answers to questions that nobody asked'(world, chance) {
    const answer = { jsonrpc: '2.0', id: anyId(chance), [chance.pick(['result', 'error'])]: absurd(chance) };
    return quiet({ bytes: bytesOf({ headers: forMcp(world.keys.full), body: JSON.stringify(answer) }) });
  },
  'broken JSON'(world, chance) {
    const text = brokenText(JSON.stringify(messageOf(world, chance)), chance);
    if (chance.odds(0.3)) return quiet({ bytes: bytesOf({ target: world.list, headers: [bearer(world.keys.full), JSON_TYPE], body: text }) });
    return quiet({ bytes: bytesOf({ headers: forMcp(world.keys.full), body: text }) });
  },
  'broken UTF-8'(world, chance) {
    const target = chance.pick(['/mcp', world.list, '/api/v1/auth/verify']);
    return quiet({
      bytes: bytesOf({ target, headers: [bearer(world.keys.full), JSON_TYPE, ACCEPT], body: brokenBytes(JSON.stringify(messageOf(world, chance)), chance) }),
    });
  },
  'deep values'(world, chance) {
    const call = callOf(world, chance);
    call.params.arguments = { title: nested(chance.pick([58, 59, 60, 61, 62, 63, 64, 1000]), chance.odds(0.5)) };
    return quiet({ bytes: bytesOf({ headers: forMcp(world.keys.full), body: JSON.stringify(call) }) });
  },
};
