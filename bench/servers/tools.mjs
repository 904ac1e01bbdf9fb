// TOOLS tools that answer what they are told: the same for everyone who is measured.
import { z } from 'zod';

export const tools = Array.from({ length: Number(process.env.TOOLS ?? 1) }, (_, i) => ({
  name: i === 0 ? 'echo' : `tool_${i}`,
  title: `Tool ${i}`,
  description: `Tool number ${i}: takes a text and answers with the same text, for measuring`,
  input: z.object({ text: z.string().describe('what to say'), n: z.number().describe('a number').optional() }),
}));
