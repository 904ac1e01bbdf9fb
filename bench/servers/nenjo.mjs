// Nenjo, filled first: one large tenant, and TENANTS - 1 small ones.
import nenjo from '@gatehouse/nenjo';
import { fillChain, fillTickets, fillWorkshop } from '../lib/nenjo-world.mjs';
import { serve, someone } from './serve.mjs';

const { TENANTS: tenants, TICKETS: tickets, CHAIN: chain, EACH: each } = process.env;
const { open, ready } = serve(nenjo);
const gatehouse = await open();

const big = await someone(gatehouse, 'big');
const projects = await fillTickets(gatehouse, big, { tickets: Number(tickets), rare: 15 });
const chained = await fillChain(gatehouse, big, Number(chain));
const workshop = await someone(gatehouse, 'workshop');
await fillWorkshop(gatehouse, workshop, Number(each));
for (let n = 2; n < Number(tenants); n += 1) await fillTickets(gatehouse, await someone(gatehouse, `small-${n}`), { tickets: 20, rare: 1 });

ready(await gatehouse.listen(), { headers: big.headers, workshop: workshop.headers, projects: { ...projects, chained } });
