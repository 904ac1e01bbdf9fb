// `npm run bench [-- <name> …]`: prepares the checkout and the peers, then runs the measurements one after the other.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { npm, prepare, root } from './lib/prepare.mjs';

const folder = join(root, 'bench');
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.replace('.mjs', ''));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no measurement "${unknown[0]}"; there are ${all.join(', ')}.`);
  process.exit(2);
}
await prepare();
// The peers have packages of their own, which nothing but this needs.
const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
if (!Object.keys(dependencies).every((name) => existsSync(join(folder, 'node_modules', name)))) {
  run(npm.command, [...npm.args, 'ci', '--no-audit', '--no-fund'], { cwd: folder, shell: npm.shell });
}
console.log(`Node ${process.version}`);
let failed = 0;
for (const name of asked.length > 0 ? asked : all) {
  console.log(`\n## ${name}\n`);
  failed += run(process.execPath, [join(folder, `${name}.mjs`)], { cwd: root }) === 0 ? 0 : 1;
}
process.exit(failed === 0 ? 0 : 1);

function run(command, args, options) {
  return spawnSync(command, args, { stdio: 'inherit', ...options }).status ?? 1;
}
