import { departuresDdl } from '../../sql/departures.js';

export const departures = (): readonly string[] => departuresDdl({ text: 'text collate "C"', integer: 'bigint', options: '' });
