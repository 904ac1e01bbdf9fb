import { oauthDdl } from '../../sql/oauth.js';

export const oauth = oauthDdl({ text: 'text', integer: 'integer', options: ' strict' }).join(';\n');
