import { type Elicited, elicit, roots, sample } from 'gatehouse';
import { z } from 'zod';
import { nothing, text, tool } from './declare.js';
import { choices, color, defaults, name, ok, username, value } from './forms.js';

const asks = true;

/** Has the client's model answer a question. */
function question(asked: string, maxTokens = 100) {
  return sample({ messages: [{ role: 'user', content: { type: 'text', text: asked } }], maxTokens });
}

function told(answer: Elicited<object>): string {
  return `action=${answer.action}, content=${JSON.stringify(answer.action === 'accept' ? answer.content : {})}`;
}

function nameIn(answer: Elicited<{ readonly name: string }>): string {
  return answer.action === 'accept' ? answer.content.name : 'stranger';
}

/** What initialize clients are asked while their call is under way. */
const duringCalls = [
  tool(
    { name: 'test_sampling', description: 'Has the client’s model answer a question.', asks },
    z.object({ prompt: z.string() }),
    async (input, { client }) => {
      const { answer } = await client.ask({ answer: question(input.prompt) });
      return text(`LLM response: ${JSON.stringify(answer.content)}`);
    },
  ),
  tool({ name: 'test_elicitation', description: 'Asks for a name and an address.', asks }, z.object({ message: z.string() }), async (input, { client }) => {
    const { answer } = await client.ask({ answer: elicit(input.message, username) });
    return text(`User response: ${told(answer)}`);
  }),
  tool({ name: 'test_elicitation_sep1034_defaults', description: 'Asks with a form that is filled in.', asks }, nothing, async (_input, { client }) => {
    const { answer } = await client.ask({ answer: elicit('Please review and update the form fields with defaults', defaults) });
    return text(`Elicitation completed: ${told(answer)}`);
  }),
  tool({ name: 'test_elicitation_sep1330_enums', description: 'Asks with a form of choices.', asks }, nothing, async (_input, { client }) => {
    const { answer } = await client.ask({ answer: elicit('Please select options from the enum fields', choices) });
    return text(`Elicitation completed: ${told(answer)}`);
  }),
  tool({ name: 'test_missing_capability', description: 'Needs a client that can sample.', asks }, nothing, async (_input, { client }) => {
    await client.ask({ answer: question('Are you there?') });
    return text('Success');
  }),
  tool({ name: 'test_streaming_elicitation', description: 'Tells its progress, then asks.', asks }, nothing, async (_input, { client }) => {
    client.progress(50, 100);
    const { answer } = await client.ask({ answer: elicit('Go on?', ok) });
    return text(`Streaming complete: ${answer.action}`);
  }),
];

/** What stateless clients are asked between calls. */
const betweenCalls = [
  tool({ name: 'test_input_required_result_elicitation', description: 'Asks for a name.', asks }, nothing, async (_input, { client }) => {
    const { user_name } = await client.ask({ user_name: elicit('What is your name?', name) });
    return text(`Hello, ${nameIn(user_name)}!`);
  }),
  tool({ name: 'test_input_required_result_sampling', description: 'Asks for a capital.', asks }, nothing, async (_input, { client }) => {
    const { capital_question } = await client.ask({ capital_question: question('What is the capital of France?') });
    return text(`Sampling result: ${JSON.stringify(capital_question.content)}`);
  }),
  tool({ name: 'test_input_required_result_list_roots', description: 'Asks for the client’s folders.', asks }, nothing, async (_input, { client }) => {
    const { client_roots } = await client.ask({ client_roots: roots() });
    return text(`Found ${client_roots.roots.length} root(s)`);
  }),
  tool({ name: 'test_input_required_result_request_state', description: 'Keeps something until the answer.', asks }, nothing, async (_input, { client }) => {
    await client.ask({ confirm: elicit('Please confirm', ok) }, { keep: { kind: 'request-state' } });
    return text(`state-ok: kept ${JSON.stringify(client.kept)}`);
  }),
  tool({ name: 'test_input_required_result_tampered_state', description: 'Trusts no state but its own.', asks }, nothing, async (_input, { client }) => {
    await client.ask({ confirm: elicit('Please confirm', ok) }, { keep: { kind: 'tamper-test' } });
    return text('integrity-ok: state verified');
  }),
  tool({ name: 'test_input_required_result_multiple_inputs', description: 'Asks three things at once.', asks }, nothing, async (_input, { client }) => {
    const { user_name, greeting, client_roots } = await client.ask(
      { user_name: elicit('What is your name?', name), greeting: question('Generate a greeting', 50), client_roots: roots() },
      { keep: { kind: 'multiple-inputs' } },
    );
    return text(`Name: ${nameIn(user_name)}; Greeting: ${JSON.stringify(greeting.content)}; Roots: ${client_roots.roots.length}`);
  }),
  tool({ name: 'test_input_required_result_multi_round', description: 'Asks twice.', asks }, nothing, async (_input, { client }) => {
    const { step1 } = await client.ask({ step1: elicit('Step 1: What is your name?', name) }, { keep: { round: 1 } });
    const { step2 } = await client.ask({ step2: elicit('Step 2: What is your favorite color?', color) }, { keep: { round: 2 } });
    return text(`Multi-round complete for ${nameIn(step1)} who likes ${told(step2)}`);
  }),
  tool({ name: 'test_input_required_result_capabilities', description: 'Asks what the client can be asked.', asks }, nothing, async (_input, { client }) => {
    if (client.can('elicitation')) await client.ask({ elicit_input: elicit('Elicitation input', value) });
    else if (client.can('sampling')) await client.ask({ sample_input: question('Sample request', 50) });
    else return text('No supported capabilities declared');
    return text('capabilities-ok');
  }),
];

/** Tools that ask their client something before they answer. */
export const askingBindings = [...duringCalls, ...betweenCalls];
