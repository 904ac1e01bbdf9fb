import { jobsDdl } from '../../sql/jobs.js';

export const jobs = (): readonly string[] => jobsDdl({ text: 'text collate "C"', integer: 'bigint', options: '' });
