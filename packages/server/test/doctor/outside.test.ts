import { describe, expect, it } from 'vitest';
import { egressTo } from '../../src/doctor/outside.js';

describe('the way out of a scratch world', () => {
  it('leads to whoever answers first, and to nobody else', async () => {
    const egress = egressTo(
      (url) => (url.endsWith('/one') ? { status: 200, body: 'first' } : undefined),
      (url, { method = 'GET' }) =>
        url.startsWith('https://known.example/') ? { status: 404, headers: { 'content-type': 'text/plain' }, body: method } : undefined,
    );
    expect(await egress.get('https://known.example/one')).toEqual({ ok: true, status: 200, headers: {}, body: Buffer.from('first') });
    const { body: stream, ...head } = (await egress.stream('https://known.example/two', { method: 'POST' })) as { readonly body: AsyncIterable<Buffer> };
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect([head, Buffer.concat(chunks).toString()]).toEqual([{ ok: true, status: 404, headers: { 'content-type': 'text/plain' } }, 'POST']);
    const nobody = { ok: false, reason: 'network' };
    expect(await Promise.all([egress.request('https://api.example/'), egress.get('https://api.example/'), egress.stream('https://api.example/')])).toEqual([
      nobody,
      nobody,
      nobody,
    ]);
  });
});
