import { z } from 'zod';

const options = z.enum(['option1', 'option2', 'option3']);

function titled(what: string) {
  return z.union([
    z.literal('value1').meta({ title: `First ${what}` }),
    z.literal('value2').meta({ title: `Second ${what}` }),
    z.literal('value3').meta({ title: `Third ${what}` }),
  ]);
}

export const username = z.object({ username: z.string().describe("User's response"), email: z.string().describe("User's email address") });
export const name = z.object({ name: z.string() });
export const color = z.object({ color: z.string() });
export const value = z.object({ value: z.string() });
export const userContext = z.object({ context: z.string() });
export const ok = z.object({ ok: z.boolean() });

/** A field of every primitive type, with what it holds unless the user changes it. */
export const defaults = z.object({
  name: z.string().default('John Doe').describe('User name'),
  age: z.int().default(30).describe('User age'),
  score: z.number().default(95.5).describe('User score'),
  status: z.enum(['active', 'inactive', 'pending']).default('active').describe('User status'),
  verified: z.boolean().default(true).describe('Verification status'),
});

/** Every way to let a user choose. */
export const choices = z.object({
  untitledSingle: options.optional().describe('Select one option'),
  titledSingle: titled('Option').optional().describe('Select one option with titles'),
  legacyEnum: z
    .enum(['opt1', 'opt2', 'opt3'])
    .optional()
    .meta({ description: 'Select one option (legacy)', enumNames: ['Option One', 'Option Two', 'Option Three'] }),
  untitledMulti: z.array(options).min(1).max(3).optional().describe('Select multiple options'),
  titledMulti: z.array(titled('Choice')).min(1).max(3).optional().describe('Select multiple options with titles'),
});
