import { describe, expect, it } from 'vitest';
import { callResult, failedResult } from '../../src/surfaces/mcp/call-result.js';
import { faultReply } from '../../src/surfaces/mcp/errors.js';
import { legacyWrapping } from '../../src/surfaces/mcp/wrapping.js';

const wrapping = legacyWrapping();

describe('the result of a tool', () => {
  it('holds its value as text and as structure', () => {
    const value = { title: 'a "quoted" \u2028 title', tags: ['x'], none: null };
    expect(JSON.parse(callResult(value, false, wrapping))).toEqual({ content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value });
  });

  it('that is no object is bare in the text, and wrapped in the structure', () => {
    expect(JSON.parse(callResult([1, 2], true, wrapping))).toEqual({ content: [{ type: 'text', text: '[1,2]' }], structuredContent: { result: [1, 2] } });
    expect(JSON.parse(callResult(undefined, true, wrapping))).toEqual({ content: [{ type: 'text', text: 'null' }], structuredContent: { result: null } });
  });

  it('that failed by its own outcome is told as over REST, without a structure that would break its schema', () => {
    const body = { error: 'There is one already.', code: 'conflict', request_id: 'req_1', next: 'Take another name.' };
    expect(JSON.parse(failedResult(body, wrapping))).toEqual({ content: [{ type: 'text', text: JSON.stringify(body) }], isError: true });
  });
});

describe('an error response', () => {
  it('tells fields by path, whatever they are called', () => {
    const fields = ['title', 'title', 'constructor', '__proto__', 'items.0'].map((path) => ({ path, message: 'bad' }));
    const { body } = faultReply({ code: 'invalid_input', text: 'bad', fields }, { id: '1', requestId: 'req_1', status: 200 });
    expect(Object.entries(JSON.parse(String(body)).error.data.fields)).toEqual([
      ['title', ['bad', 'bad']],
      ['constructor', ['bad']],
      ['__proto__', ['bad']],
      ['items.0', ['bad']],
    ]);
  });

  it('for a limit tells which, and when to come back, but not whose', () => {
    const bucket = { key: 'tenant:0b1c', limit: 10, periodSeconds: 60 };
    const limit = { allowed: false, bucket, remaining: 0, retryAfterSeconds: 5.2 };
    const { status, headers, body } = faultReply({ code: 'rate_limited', text: 'Too many.', retryAfterSeconds: 5.2 }, { id: '1', requestId: 'req_1', limit });
    expect(status).toBe(429);
    expect(headers).toMatchObject({ 'retry-after': '6', 'ratelimit-policy': '"tenant";q=10;w=60' });
    expect(JSON.parse(String(body)).error).toEqual({
      code: -31429,
      message: 'Too many.',
      data: {
        code: 'rate_limited',
        request_id: 'req_1',
        retry_after_seconds: 6,
        next: expect.any(String),
        limit: { of: 'tenant', limit: 10, period_seconds: 60 },
      },
    });
    expect(String(body)).not.toContain('0b1c');
  });
});
