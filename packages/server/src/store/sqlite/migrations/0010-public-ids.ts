import { publicIdsDdl } from '../../sql/public-ids.js';

export const publicIds = publicIdsDdl({ text: 'text', integer: 'integer', options: ' strict' }).join(';\n');
