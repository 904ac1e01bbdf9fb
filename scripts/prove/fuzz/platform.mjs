// What is fuzzed: Nenjo, with operations beside it for the kinds of input and output that it lacks.
import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import nenjo from '@gatehouse/nenjo';
import { z } from 'zod';

const bind = bindTo([]);
const access = { scope: 'tickets:read' };

const echo = bind(
  defineOperation({
    name: 'echo',
    title: 'Echo',
    description: 'Answers what it is given.',
    access,
    input: z.object({
      text: z.string().max(1000).optional(),
      number: z.number().optional(),
      any: z.json().optional(),
      names: z.record(z.string(), z.string()).optional(),
      one: z.union([z.string(), z.int(), z.object({ a: z.boolean() })]).optional(),
    }),
    output: z.record(z.string(), z.json()),
    effect: 'read',
    rest: { method: 'POST', path: '/echo', status: 200 },
  }),
  (input) => input,
);

export default definePlatform({ ...nenjo, name: 'fuzzed', operations: [...nenjo.operations, echo] });
