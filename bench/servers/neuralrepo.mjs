// NeuralRepo, filled first: one person with IDEAS ideas, and one with a hundred.
import neuralrepo from '@gatehouse/neuralrepo';
import { fillIdeas } from '../lib/neuralrepo-world.mjs';
import { serve, someone } from './serve.mjs';

const { open, ready } = serve(neuralrepo);
const gatehouse = await open();

/** A day has 10,000 calls for each: these are far fewer. */
async function filled(name, ideas) {
  const { tenant, headers } = await someone(gatehouse, name);
  await gatehouse.users.setPlan(tenant, 'pro');
  await fillIdeas(gatehouse, tenant, ideas);
  return headers;
}

const big = await filled('big', Number(process.env.IDEAS));
const small = await filled('small', 100);
ready(await gatehouse.listen(), { big, small });
