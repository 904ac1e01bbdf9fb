// NeuralRepo: people sign in here, keys as Bearer.
import neuralrepo from '@gatehouse/neuralrepo';
import { fuzzed } from '../extras.mjs';

// On the plan that holds as much as is sent.
export default fuzzed({ ...neuralrepo, tenancy: { ...neuralrepo.tenancy, defaultPlan: 'pro' } });

/** @returns ids of rows that are there to begin with */
export async function rows(call, token) {
  const ids = [];
  for (let i = 0; i < 20; i += 1) ids.push((await call('/api/v1/ideas', { method: 'POST', token, body: { title: `idea ${i}`, tags: ['fuzz'] } })).json?.id);
  return { ids };
}

export const list = '/api/v1/ideas';

/** What is created thirty times at once, and how it is found. */
export const once = (name) => ({
  target: '/api/v1/ideas',
  body: { title: name, tags: [name] },
  found: `/api/v1/ideas?tag=${name}&limit=100`,
  count: (json) => (json.ideas ?? json.data ?? json).filter(({ title }) => title === name).length,
});
