import { describe, expect, it } from 'vitest';
import type { HttpIn } from '../../src/surfaces/http.js';
import { eraOf } from '../../src/surfaces/mcp/era.js';
import { decodeHeader } from '../../src/surfaces/mcp/headers.js';
import { readMessage } from '../../src/surfaces/mcp/message.js';
import { MODERN_VERSION } from '../../src/surfaces/mcp/versions.js';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const CLIENT = 'io.modelcontextprotocol/clientInfo';
const meta = { [VERSION]: MODERN_VERSION, [CAPABILITIES]: {} };

type Headers = Readonly<Record<string, string | undefined>>;

function request(headers: Headers): HttpIn {
  return {
    method: 'POST',
    path: '/mcp',
    query: '',
    header: (name) => headers[name],
    body: new Uint8Array(),
    address: '127.0.0.1',
    secure: false,
    requestId: 'req_test',
    signal: new AbortController().signal,
  };
}

function era(method: string, params: object | undefined, headers: Headers) {
  const message = readMessage({ jsonrpc: '2.0', id: 1, method, ...(params === undefined ? {} : { params }) });
  if (message.is !== 'request' && message.is !== 'notification') throw new Error('the test sends requests and notifications only');
  return eraOf(message, request(headers));
}

const notification = (method: string, params: object | undefined, headers: Headers) => {
  const message = readMessage({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
  return message.is === 'notification' ? eraOf(message, request(headers)) : message;
};

const standard = (method: string, more: Headers = {}): Headers => ({ 'mcp-protocol-version': MODERN_VERSION, 'mcp-method': method, ...more });

describe('a message without a version in its _meta', () => {
  it.each([undefined, '2025-03-26', '2025-06-18', '2025-11-25'])('belongs to the initialize era, with the header %s', (header) => {
    expect(era('tools/list', {}, { 'mcp-protocol-version': header })).toBe('legacy');
  });

  it('may fill _meta with anything else', () => {
    expect(era('tools/call', { _meta: { progressToken: 1, [CLIENT]: 7 } }, {})).toBe('legacy');
    expect(era('tools/call', { _meta: 'text' }, {})).toBe('legacy');
  });

  it.each(['2024-11-05', '2027-01-01', 'v999', ''])('is told which versions there are when its header names %j', (requested) => {
    expect(era('tools/list', {}, { 'mcp-protocol-version': requested })).toMatchObject({
      code: 'unsupported_version',
      more: { requested, supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'] },
    });
  });

  it('lacks it where the header names the stateless version, and is told the first thing that it lacks', () => {
    expect(era('tools/list', {}, standard('tools/list'))).toMatchObject({ code: 'invalid_input', fields: [{ path: '_meta' }] });
    expect(era('tools/list', { _meta: { [CAPABILITIES]: {} } }, standard('tools/list'))).toMatchObject({
      code: 'invalid_input',
      fields: [{ path: `_meta.${VERSION}` }],
    });
  });
});

describe('initialize', () => {
  it.each([undefined, '2025-03-26', '2024-11-05', 'v999'])('opens the initialize era whatever old version the header names: %s', (header) => {
    expect(era('initialize', { protocolVersion: '2025-06-18' }, { 'mcp-protocol-version': header })).toBe('legacy');
  });

  it('contradicts a header of the stateless version', () => {
    expect(era('initialize', { protocolVersion: MODERN_VERSION }, standard('initialize'))).toMatchObject({ code: 'header_mismatch' });
  });

  it('is a stateless request like any other when its _meta says so', () => {
    expect(era('initialize', { _meta: meta }, standard('initialize'))).toBe('modern');
  });
});

describe('a request with a version in its _meta', () => {
  it('belongs to the stateless era when its headers agree', () => {
    expect(era('tools/list', { _meta: meta }, standard('tools/list'))).toBe('modern');
    expect(era('tools/call', { _meta: meta, name: 'a' }, standard('tools/call', { 'mcp-name': 'a' }))).toBe('modern');
  });

  it('needs its capabilities, and a client with name and version where it names one', () => {
    expect(era('tools/list', { _meta: { [VERSION]: MODERN_VERSION } }, standard('tools/list'))).toMatchObject({
      code: 'invalid_input',
      fields: [{ path: `_meta.${CAPABILITIES}` }],
    });
    expect(era('tools/list', { _meta: { ...meta, [CLIENT]: { name: 'x' } } }, standard('tools/list'))).toMatchObject({
      code: 'invalid_input',
      fields: [{ path: `_meta.${CLIENT}` }],
    });
    expect(era('tools/list', { _meta: { ...meta, [CLIENT]: { name: 'x', version: '1' } } }, standard('tools/list'))).toBe('modern');
    expect(era('tools/list', { _meta: { ...meta, [VERSION]: 7 } }, standard('tools/list'))).toMatchObject({
      code: 'invalid_input',
      fields: [{ path: `_meta.${VERSION}` }],
    });
  });

  it.each(['2025-11-25', '2027-01-01', 'v999'])('is told the version that can be asked for so, instead of %s', (requested) => {
    const headers = { 'mcp-protocol-version': requested, 'mcp-method': 'tools/list' };
    expect(era('tools/list', { _meta: { ...meta, [VERSION]: requested } }, headers)).toMatchObject({
      code: 'unsupported_version',
      more: { requested, supported: [MODERN_VERSION] },
    });
  });

  it.each<[string, Headers]>([
    ['the version is missing', { 'mcp-method': 'tools/call', 'mcp-name': 'a' }],
    ['the version is another', { ...standard('tools/call', { 'mcp-name': 'a' }), 'mcp-protocol-version': '2025-11-25' }],
    ['the method is missing', { 'mcp-protocol-version': MODERN_VERSION, 'mcp-name': 'a' }],
    ['the method is another', standard('tools/list', { 'mcp-name': 'a' })],
    ['the method is in another case', standard('TOOLS/CALL', { 'mcp-name': 'a' })],
    ['the name is missing', standard('tools/call')],
    ['the name is another', standard('tools/call', { 'mcp-name': 'b' })],
    ['the name is no Base64', standard('tools/call', { 'mcp-name': '=?base64?!!?=' })],
  ])('is a header mismatch where %s', (_what, headers) => {
    expect(era('tools/call', { _meta: meta, name: 'a' }, headers)).toMatchObject({ code: 'header_mismatch' });
  });

  it('may name a tool in Base64', () => {
    const name = 'städte';
    const encoded = `=?base64?${Buffer.from(name).toString('base64')}?=`;
    expect(era('tools/call', { _meta: meta, name }, standard('tools/call', { 'mcp-name': encoded }))).toBe('modern');
  });
});

describe('a notification', () => {
  it('of the stateless era needs no headers, but may not contradict itself', () => {
    expect(notification('notifications/x', { _meta: { [VERSION]: MODERN_VERSION } }, {})).toBe('modern');
    expect(notification('notifications/x', undefined, { 'mcp-protocol-version': MODERN_VERSION })).toBe('modern');
    expect(notification('notifications/x', undefined, standard('notifications/y'))).toMatchObject({ code: 'header_mismatch' });
    expect(notification('notifications/x', { _meta: { [VERSION]: MODERN_VERSION } }, { 'mcp-protocol-version': '2025-11-25' })).toMatchObject({
      code: 'header_mismatch',
    });
  });
});

describe('a header value', () => {
  it.each([
    ['us-west1', 'us-west1'],
    ['=?base64?SGVsbG8sIOS4lueVjA==?=', 'Hello, 世界'],
    ['=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=', '=?base64?literal?='],
    ['=?base64??=', ''],
    ['=?BASE64?eA==?=', '=?BASE64?eA==?='],
  ])('%s means %s', (sent, meant) => {
    expect(decodeHeader(sent)).toBe(meant);
  });

  it.each(['=?base64?eA?=', '=?base64?e A==?=', '=?base64?_-8=?=', `=?base64?${Buffer.from([0xff]).toString('base64')}?=`])(
    '%s is refused: not canonical Base64 of UTF-8',
    (sent) => {
      expect(decodeHeader(sent)).toBeUndefined();
    },
  );
});
