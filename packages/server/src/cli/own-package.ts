import { fileURLToPath } from 'node:url';

/** The folder of this package. What is built lies as deep in it as this: in dist/cli, or joined in dist/bundle. */
export const packageFolder = fileURLToPath(new URL('../../', import.meta.url));
