// No leftover marks, no suppressed checks, no test that is left out or alone (house rule 20).
import { isTest } from './tree.mjs';

const TEXT = /\.(ts|mts|tsx|mjs|js|cjs|sh|css|html|ya?ml)$|^\.ci\//;
/** Names every word below, and so cannot be free of them. */
const SELF = 'scripts/check/words.mjs';

const EVERYWHERE = [
  { pattern: /\b(TODO|FIXME|XXX|HACK)\b/, fix: 'do it now, or file an issue and leave no mark' },
  { pattern: /\bas any\b/, fix: 'type it; `unknown` and a check where the type is not known' },
  { pattern: /@ts-(ignore|expect-error|nocheck)/, fix: 'mend the type' },
  { pattern: /eslint-disable/, fix: 'there is no ESLint here' },
  { pattern: /biome-ignore(?!(-\w+)? [\w/]+: \S.{10,})/, fix: 'say why: `biome-ignore lint/group/rule: the reason`' },
];
const IN_TESTS = [
  { pattern: /\.only\s*\(/, fix: 'let the other tests run too' },
  { pattern: /\.skip\s*\(/, fix: 'mend the test or remove it; `.skipIf(…)` says when it cannot apply' },
];

export const words = {
  name: 'words',
  run(tree) {
    const files = tree.files.filter((file) => TEXT.test(file) && file !== SELF);
    return { summary: `${files.length} files`, problems: files.flatMap((file) => offences(tree, file)) };
  },
};

function offences(tree, file) {
  const rules = isTest(file) ? [...EVERYWHERE, ...IN_TESTS] : EVERYWHERE;
  return tree.lines(file).flatMap((text, index) =>
    rules.flatMap(({ pattern, fix }) => {
      const found = pattern.exec(text);
      return found === null ? [] : [{ file, line: index + 1, what: `\`${found[0].trim()}\``, fix }];
    }),
  );
}
