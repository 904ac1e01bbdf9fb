import { describe, expect, it } from 'vitest';
import { readMessage } from '../../src/surfaces/mcp/message.js';

const read = (more: object) => readMessage({ jsonrpc: '2.0', method: 'ping', ...more });

describe('a JSON-RPC message', () => {
  it('keeps its id as JSON, so that it can be echoed exactly', () => {
    const ids = [0, 1, -7, 1.5, 9_007_199_254_740_991, '', 'abc', '1', 'quote " and \u2028'];
    expect(ids.map((id) => read({ id })).map((message) => (message.is === 'request' ? JSON.parse(message.id) : message))).toEqual(ids);
  });

  it.each([null, true, {}, [], Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1])('is invalid with the id %j, which cannot be echoed', (id) => {
    expect(read({ id })).toMatchObject({ is: 'invalid', id: 'null' });
  });

  it('without an id is a notification', () => {
    expect(read({})).toEqual({ is: 'notification', method: 'ping', params: {} });
  });

  it('that is invalid for another reason is answered under its own id', () => {
    expect(readMessage({ jsonrpc: '1.0', id: 7, method: 'ping' })).toMatchObject({ is: 'invalid', id: '7' });
    expect(readMessage({ jsonrpc: '2.0', id: 'x', method: 7 })).toMatchObject({ is: 'invalid', id: '"x"' });
    expect(readMessage({ jsonrpc: '2.0', id: 7 })).toMatchObject({ is: 'invalid', id: '7' });
  });

  it.each([null, 1, 'text', [], true])('is an object, and not %j', (value) => {
    expect(readMessage(value)).toMatchObject({ is: 'invalid', id: 'null' });
  });

  it('with a result or an error and no method is a response', () => {
    expect(readMessage({ jsonrpc: '2.0', id: 1, result: {} })).toMatchObject({ is: 'response', id: 1 });
    expect(readMessage({ jsonrpc: '2.0', id: 1, error: { code: 1, message: '' } })).toMatchObject({ is: 'response', id: 1 });
  });

  it('has no parameters where they are null, and unusable ones where they are by position', () => {
    expect(read({ id: 1, params: null })).toMatchObject({ params: {} });
    expect(read({ id: 1, params: [1] })).toMatchObject({ is: 'request', params: undefined });
    expect(read({ id: 1, params: 'text' })).toMatchObject({ is: 'request', params: undefined });
  });

  it('may have members that JSON-RPC does not know', () => {
    expect(read({ id: 1, extra: true, __proto__: { x: 1 } })).toMatchObject({ is: 'request', id: '1' });
  });
});
