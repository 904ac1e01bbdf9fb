import { sessionsDdl } from '../../sql/sessions.js';

export const sessions = sessionsDdl({ text: 'text', integer: 'integer', options: ' strict' }).join(';\n');
