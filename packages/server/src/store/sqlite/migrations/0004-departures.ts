import { departuresDdl } from '../../sql/departures.js';

export const departures = departuresDdl({ text: 'text', integer: 'integer', options: ' strict' }).join(';\n');
