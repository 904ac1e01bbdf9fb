// Nothing of the place where it was written: no path of a machine, no host of a package registry.
const PATTERNS = [
  { pattern: /\.\.\/shared\//, what: 'a folder outside of the checkout' },
  { pattern: /(?<![\w.)\]}>*-])\/(work|tmp|root)\//, what: 'a path of one machine' },
  { pattern: /registry\.(npmjs|npmmirror|yarnpkg)|\/\/registry\.|^\s*registry\s*=/m, what: 'the host of a package registry' },
];
const LOCKED_HOST = /"resolved": "[a-z+]+:/;
const BINARY = /\.(png|jpe?g|gif|ico|woff2?|sqlite|db)$/;

export const leaks = {
  name: 'no leaks',
  run(tree) {
    const files = tree.files.filter((file) => !BINARY.test(file) && file !== 'package-lock.json');
    const problems = files.flatMap((file) => offences(tree, file));
    if (LOCKED_HOST.test(tree.text('package-lock.json'))) {
      problems.push({
        file: 'package-lock.json',
        what: 'names where packages were fetched from',
        fix: 'npm install with omit-lockfile-registry-resolved=true (see .npmrc)',
      });
    }
    return { summary: `${files.length + 1} files`, problems };
  },
};

function offences(tree, file) {
  const text = tree.text(file);
  if (!PATTERNS.some(({ pattern }) => pattern.test(text))) return [];
  return tree.lines(file).flatMap((line, index) =>
    PATTERNS.filter(({ pattern }) => pattern.test(line)).map(({ what }) => ({
      file,
      line: index + 1,
      what: `names ${what}`,
      fix: 'take it out, or make it a parameter',
    })),
  );
}
