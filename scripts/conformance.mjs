// `npm run conformance [-- <revision> …]`: the official MCP conformance suite against a platform behind the real gate.
import { main, NotReady, prepare } from './lib/prepare.mjs';

await main(async () => {
  await prepare();
  const { conformance } = await import('../conformance/lib/run.mjs');
  const { REVISIONS } = await import('../conformance/lib/suite.mjs');
  const asked = process.argv.slice(2);
  const unknown = asked.find((revision) => !REVISIONS.includes(revision));
  if (unknown !== undefined) throw new NotReady(`There are no requirements of "${unknown}"; there are those of ${REVISIONS.join(' and ')}.`);
  const results = await conformance(asked.length > 0 ? asked : REVISIONS);
  for (const { revision, scenarios } of results) {
    console.log(`\n## ${revision}\n`);
    for (const scenario of scenarios) console.log(line(scenario));
  }
  console.log('');
  for (const { revision, passed, required } of results) console.log(`${revision}: ${passed}/${required}`);
  if (results.some(({ passed, required }) => passed < required)) process.exitCode = 1;
});

function line({ name, scored, passed, checks, failures, warnings }) {
  const what = `${passed ? '✓' : '✗'} ${name} (${checks} ${checks === 1 ? 'check' : 'checks'}${scored ? '' : ', not scored'})`;
  return [what, ...failures.map((text) => `    ${text}`), ...warnings.map((text) => `    warning: ${text}`)].join('\n');
}
