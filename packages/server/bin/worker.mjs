// What `gatehouse start --workers` runs in each of its workers.
import { runWorker } from '../dist/bundle/worker.js';

runWorker();
