import { z } from 'zod';
import { elicit, roots, sample } from './ask.js';
import { nothing, text, tool } from './declare.js';
import { choices, defaults } from './forms.js';

const NAME = { name: { type: 'string' } };
const OK = { ok: { type: 'boolean' } };

const asks = true;

/** Tools that ask their client something before they answer. */
export const askingBindings = [
  tool(
    { name: 'test_sampling', description: 'Has the client’s model answer a question.', asks },
    z.object({ prompt: z.string() }),
    async (input, { client }) => {
      const { answer } = await client.ask({ answer: sample(input.prompt) });
      return text(`LLM response: ${JSON.stringify(answer.content)}`);
    },
  ),
  tool(
    { name: 'test_elicitation', description: 'Asks the user for a name and an address.', asks },
    z.object({ message: z.string() }),
    async ({ message }, { client }) => {
      const fields = {
        username: { type: 'string', description: "User's response" },
        email: { type: 'string', description: "User's email address" },
      };
      const { answer } = await client.ask({ answer: elicit(message, fields) });
      return text(`User response: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`);
    },
  ),
  tool({ name: 'test_elicitation_sep1034_defaults', description: 'Asks with a form that is filled in already.', asks }, nothing, async (_input, { client }) => {
    const { answer } = await client.ask({ answer: elicit('Please review and update the form fields with defaults', defaults, []) });
    return text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`);
  }),
  tool({ name: 'test_elicitation_sep1330_enums', description: 'Asks with a form of choices.', asks }, nothing, async (_input, { client }) => {
    const { answer } = await client.ask({ answer: elicit('Please select options from the enum fields', choices, []) });
    return text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`);
  }),
  tool({ name: 'test_missing_capability', description: 'Needs a client that can sample.', asks }, nothing, async (_input, { client }) => {
    await client.ask({ answer: sample('Are you there?') });
    return text('Success');
  }),
  tool({ name: 'test_streaming_elicitation', description: 'Tells its progress, then asks.', asks }, nothing, async (_input, { client }) => {
    client.progress(50, 100);
    const { answer } = await client.ask({ answer: elicit('Go on?', OK) });
    return text(`Streaming complete: ${answer.action}`);
  }),
  tool({ name: 'test_input_required_result_elicitation', description: 'Asks the user for a name.', asks }, nothing, async (_input, { client }) => {
    const { user_name } = await client.ask({ user_name: elicit('What is your name?', NAME) });
    return text(`Hello, ${String(user_name.content?.name ?? 'stranger')}!`);
  }),
  tool({ name: 'test_input_required_result_sampling', description: 'Asks the client’s model for a capital.', asks }, nothing, async (_input, { client }) => {
    const { capital_question } = await client.ask({ capital_question: sample('What is the capital of France?') });
    return text(`Sampling result: ${JSON.stringify(capital_question.content)}`);
  }),
  tool({ name: 'test_input_required_result_list_roots', description: 'Asks for the client’s folders.', asks }, nothing, async (_input, { client }) => {
    const { client_roots } = await client.ask({ client_roots: roots() });
    return text(`Found ${client_roots.roots.length} root(s)`);
  }),
  tool(
    { name: 'test_input_required_result_request_state', description: 'Asks, and keeps something until the answer.', asks },
    nothing,
    async (_input, { client }) => {
      await client.ask({ confirm: elicit('Please confirm', OK) }, { keep: { kind: 'request-state' } });
      return text(`state-ok: kept ${JSON.stringify(client.kept)}`);
    },
  ),
  tool(
    { name: 'test_input_required_result_tampered_state', description: 'Asks, and trusts no state but its own.', asks },
    nothing,
    async (_input, { client }) => {
      await client.ask({ confirm: elicit('Please confirm', OK) }, { keep: { kind: 'tamper-test' } });
      return text('integrity-ok: state verified');
    },
  ),
  tool({ name: 'test_input_required_result_multiple_inputs', description: 'Asks three things at once.', asks }, nothing, async (_input, { client }) => {
    const { user_name, greeting, client_roots } = await client.ask(
      { user_name: elicit('What is your name?', NAME), greeting: sample('Generate a greeting', 50), client_roots: roots() },
      { keep: { kind: 'multiple-inputs' } },
    );
    return text(`Name: ${String(user_name.content?.name)}; Greeting: ${JSON.stringify(greeting.content)}; Roots: ${client_roots.roots.length}`);
  }),
  tool({ name: 'test_input_required_result_multi_round', description: 'Asks twice.', asks }, nothing, async (_input, { client }) => {
    const { step1 } = await client.ask({ step1: elicit('Step 1: What is your name?', NAME) }, { keep: { round: 1 } });
    const { step2 } = await client.ask({ step2: elicit('Step 2: What is your favorite color?', { color: { type: 'string' } }) }, { keep: { round: 2 } });
    return text(`Multi-round complete for ${String(step1.content?.name)} who likes ${String(step2.content?.color)}`);
  }),
  tool({ name: 'test_input_required_result_capabilities', description: 'Asks what the client can be asked.', asks }, nothing, async (_input, { client }) => {
    if (client.can('elicitation')) await client.ask({ elicit_input: elicit('Elicitation input', { value: { type: 'string' } }) });
    else if (client.can('sampling')) await client.ask({ sample_input: sample('Sample request', 50) });
    else return text('No supported capabilities declared');
    return text('capabilities-ok');
  }),
];
