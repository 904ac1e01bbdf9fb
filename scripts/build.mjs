// `npm run build`: what tests, proofs and measurements run of the sources.
import { build, checkNode, main } from './lib/prepare.mjs';

await main(async () => {
  checkNode();
  await build();
});
