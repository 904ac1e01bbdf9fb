import { elicit } from 'gatehouse';
import { z } from 'zod';
import { PIXEL, nothing, prompt } from './declare.js';
import { userContext } from './forms.js';

const user = 'user' as const;
const said = (text: string) => ({ role: user, content: { type: 'text' as const, text } });

export const promptBindings = [
  prompt({ name: 'test_simple_prompt', description: 'A prompt without arguments.' }, nothing, () => [said('This is a simple prompt for testing.')]),
  prompt(
    { name: 'test_prompt_with_arguments', description: 'A prompt with two arguments.' },
    z.object({ arg1: z.string().describe('First test argument'), arg2: z.string().describe('Second test argument') }),
    ({ arg1, arg2 }) => [said(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
    { arg1: (typed) => ['test', 'testing', 'other'].filter((value) => value.startsWith(typed)) },
  ),
  prompt(
    { name: 'test_prompt_with_embedded_resource', description: 'A prompt that brings a resource along.' },
    z.object({ resourceUri: z.string().describe('URI of the resource to embed') }),
    ({ resourceUri }) => [
      { role: user, content: { type: 'resource', resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } } },
      said('Please process the embedded resource above.'),
    ],
  ),
  prompt({ name: 'test_prompt_with_image', description: 'A prompt that shows an image.' }, nothing, () => [
    { role: user, content: { type: 'image', data: PIXEL, mimeType: 'image/png' } },
    said('Please analyze the image above.'),
  ]),
  prompt({ name: 'test_input_required_result_prompt', description: 'A prompt that asks its user for the context.' }, nothing, async (_input, { client }) => {
    const { user_context } = await client.ask({ user_context: elicit('What context should the prompt use?', userContext) });
    return [said(`Prompt with context: ${user_context.action === 'accept' ? user_context.content.context : 'none'}`)];
  }),
];
