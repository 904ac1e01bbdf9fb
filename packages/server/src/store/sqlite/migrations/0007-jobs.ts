import { jobsDdl } from '../../sql/jobs.js';

export const jobs = jobsDdl({ text: 'text', integer: 'integer', options: ' strict' }).join(';\n');
