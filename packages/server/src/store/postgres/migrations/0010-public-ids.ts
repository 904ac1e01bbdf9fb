import { publicIdsDdl } from '../../sql/public-ids.js';

export const publicIds = (): readonly string[] => publicIdsDdl({ text: 'text collate "C"', integer: 'bigint', options: '' });
