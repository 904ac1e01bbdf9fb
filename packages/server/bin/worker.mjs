// What `gatehouse start --workers` runs in each of its workers.
import { runWorker } from '../dist/cli/workers/worker.js';

runWorker();
