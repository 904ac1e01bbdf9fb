/** The real program, for the tests of platforms as well. */
export { type Ended, type Running, gatehouse, serve, temporaryFolder } from '../../packages/server/test/cli/process.js';
