import { newPostgresPlace } from './postgres-place.js';
import { storeSuite } from './suite.js';

storeSuite('the store on PostgreSQL', newPostgresPlace);
