// Nenjo: people come from an identity provider, keys as Bearer.
import nenjo from '@gatehouse/nenjo';
import { fuzzed } from '../extras.mjs';

export default fuzzed(nenjo);

export const issued = true;

/** @returns ids of rows that are there to begin with */
export async function rows(call, token) {
  const { json } = await call('/api/v1/projects', { method: 'POST', token, body: { name: 'fuzz' } });
  const ids = [json?.id];
  for (let i = 0; i < 20; i += 1)
    ids.push((await call('/api/v1/tickets', { method: 'POST', token, body: { project_id: ids[0], title: `ticket ${i}` } })).json?.id);
  return { ids };
}

export const list = '/api/v1/projects';

/** What is created thirty times at once, and how it is found. */
export const once = (name, { ids }) => ({
  target: '/api/v1/tickets',
  body: { project_id: ids[0], title: name, tags: [name] },
  found: `/api/v1/tickets?tags=${name}&limit=100`,
  count: (json) => json.filter(({ title }) => title === name).length,
});
