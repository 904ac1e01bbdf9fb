// `npm run conformance [-- <revision> … authorization]`: the official MCP conformance suite against a platform behind the real gate, and its authorization server.
import { main, NotReady, prepare } from './lib/prepare.mjs';

await main(async () => {
  await prepare();
  const { LEGS, conformance } = await import('../conformance/lib/run.mjs');
  const asked = process.argv.slice(2);
  const unknown = asked.find((revision) => !LEGS.includes(revision));
  if (unknown !== undefined) throw new NotReady(`There are no requirements of "${unknown}"; there are those of ${LEGS.join(', ')}.`);
  const results = await conformance(asked.length > 0 ? asked : LEGS);
  for (const { revision, scenarios } of results) {
    console.log(`\n## ${revision}\n`);
    for (const scenario of scenarios.filter(({ scored }) => scored)) console.log(line(scenario));
    const beside = scenarios.filter(({ scored }) => !scored);
    if (beside.length > 0) console.log('\nRun by the suite beside what is required, and not scored:\n');
    for (const scenario of beside) console.log(brief(scenario));
  }
  console.log('');
  for (const { revision, passed, required } of results) console.log(`${revision}: ${passed}/${required}`);
  if (results.some(({ passed, required }) => passed < required)) process.exitCode = 1;
});

function line({ name, passed, checks, failures, warnings }) {
  const what = `${passed ? '✓' : '✗'} ${name} (${checks} ${checks === 1 ? 'check' : 'checks'})`;
  return [what, ...failures.map((text) => `    ${text}`), ...warnings.map((text) => `    warning: ${text}`)].join('\n');
}

function brief({ name, why, passed, checks, failures }) {
  return `${passed ? '✓' : '–'} ${name} (${why}${passed ? '' : `; ${checks === 0 ? 'no result' : `${failures.length} of ${checks} checks failed`}`})`;
}
