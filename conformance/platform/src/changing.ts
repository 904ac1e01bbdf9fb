import { defineOperation, toolContent } from 'gatehouse';
import { bind, nothing, prompt, text } from './declare.js';

/** Held by an organisation's administrators, and not by its members. */
export const CHANGING = 'lists:changing';

/** Stands for an administrator of the organisation: the caller's role there changes, and with it what the caller is shown. */
function trigger(name: string) {
  const description = 'Has the role of the caller changed, in a moment.';
  const access = { scope: 'lists:change' };
  return bind(defineOperation({ name, title: name, description, access, input: nothing, output: toolContent, effect: 'update' }), (_input, { log }) => {
    log({ event: 'role_change_wanted' });
    return text('The role will change');
  });
}

const description = 'There for administrators only.';

export const changingBindings = [
  trigger('test_trigger_tool_change'),
  trigger('test_trigger_prompt_change'),
  bind(
    defineOperation({
      name: 'test_changing_tool',
      title: 'Changing',
      description,
      access: { scope: CHANGING },
      input: nothing,
      output: toolContent,
      effect: 'read',
    }),
    () => text('There'),
  ),
  prompt({ name: 'test_changing_prompt', description, scope: CHANGING }, nothing, () => [{ role: 'user', content: { type: 'text', text: 'There' } }]),
];
