import { describe, expect, it } from 'vitest';
import { BATCH_LIMIT, batchFault } from '../../src/surfaces/mcp/batch.js';

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const many = (length: number) => Array.from({ length }, () => ping);

describe('an array of messages', () => {
  it('is a batch for clients of 2025-03-26, who name their version or none', () => {
    expect(batchFault([ping], undefined)).toBeUndefined();
    expect(batchFault([ping], '2025-03-26')).toBeUndefined();
  });

  it.each(['2025-06-18', '2025-11-25', '2026-07-28', 'v999'])('is refused under version %s', (version) => {
    expect(batchFault([ping], version)).toMatchObject({ code: 'malformed_request' });
  });

  it('is refused when it is empty', () => {
    expect(batchFault([], undefined)).toMatchObject({ code: 'malformed_request' });
  });

  it('holds as many messages as its limit, and not one more', () => {
    expect(batchFault(many(BATCH_LIMIT), undefined)).toBeUndefined();
    expect(batchFault(many(BATCH_LIMIT + 1), undefined)).toMatchObject({ code: 'malformed_request' });
  });

  it('is refused whole, with nothing done, when it holds initialize or a stateless request', () => {
    expect(batchFault([ping, { ...ping, method: 'initialize' }], undefined)).toMatchObject({ code: 'malformed_request' });
    const stateless = { ...ping, params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } };
    expect(batchFault([ping, stateless], undefined)).toMatchObject({ code: 'malformed_request' });
  });

  it('may hold what is no message: that is told under its own place', () => {
    expect(batchFault([ping, 1, null, 'text'], undefined)).toBeUndefined();
  });
});
