import { afterAll } from 'vitest';
import { postgresPlaces } from './postgres-place.js';
import { storeSuite } from './suite.js';

const places = postgresPlaces();
afterAll(() => places.removeAll());

storeSuite('the store on PostgreSQL', () => places.newPlace());
