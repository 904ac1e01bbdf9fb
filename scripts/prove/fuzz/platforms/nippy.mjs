// Nippy: people sign in here, keys in X-API-Key alone, and pages that anybody may look at.
import nippy from '@gatehouse/nippy';
import { fuzzed } from '../extras.mjs';

export default fuzzed(nippy);

/** @returns ids of rows that are there to begin with, and pages that anybody may look at */
export async function rows(call, token) {
  const made = async (path, body) => (await call(`/api/v1${path}`, { method: 'POST', token, body })).json;
  const flow = await made('/flows', { name: 'Fuzz', slug: 'fuzz', redirect_url: 'https://shop.example/thanks' });
  const ids = [flow?._id];
  for (let i = 0; i < 10; i += 1) ids.push((await made('/roulettes/items', { name: `item ${i}` }))?._id);
  return { ids, pages: [new URL(flow?.publicUrl).pathname] };
}

export const list = '/api/v1/flows';
