import { expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.js';

const nothing = async () => {
  throw new Error('This was done, though it made no sense.');
};

test.each([
  ['', 'Say which command: start, key, session'],
  ['keys', 'There is no command "keys"; there are start, key, session'],
  ['key', 'Say which command: create, list, revoke'],
  ['key create --user ann@example.com', '--name <name> is required.'],
  ['key create --user ann@example.com --name', 'The value is missing: --name <name>.'],
  ['key revoke', 'The <id> is missing.'],
  ['key list --jsom', 'There is no option --jsom. Did you mean --json?'],
  ['key list --zzz', 'There is no option --zzz.'],
  ['key revoke one two', 'revoke was given more arguments than it takes: put quotation marks around what belongs together.'],
])('`gatehouse %s` is told what is wrong with it, and nothing is done', async (typed, said) => {
  await expect(runProgram(typed.split(' ').filter(Boolean), { start: nothing, operate: nothing })).rejects.toThrow(said);
});
