import { describe } from 'vitest';
import { type NewPlace, withLayers } from './place.js';
import { attackCases } from './suite-attacks.js';
import { departureCases } from './suite-departures.js';
import { dialectCases } from './suite-dialect.js';
import { facadeCases } from './suite-facade.js';
import { idempotencyCases } from './suite-idempotency.js';
import { keyCases } from './suite-keys.js';
import { loadCases } from './suite-load.js';
import { peopleCases } from './suite-people.js';
import { rawCases } from './suite-raw.js';
import { refusedCases } from './suite-refused.js';
import { snapshotCases } from './suite-snapshots.js';
import { tableCases } from './suite-tables.js';
import { unitCases } from './suite-units.js';
import { valueCases } from './suite-values.js';

/** The store port by its behaviour. Every database that implements it runs this, over places of its own. */
export function storeSuite(name: string, newPlace: NewPlace): void {
  describe(name, () => {
    describe('keys', () => keyCases(newPlace));
    describe('calls with an idempotency key', () => idempotencyCases(newPlace));
    describe('users, tenants, members, meta', () => peopleCases(newPlace));
    describe('what is over at an identity provider', () => departureCases(newPlace));
    describe('queries', () => facadeCases(newPlace));
    describe('values', () => valueCases(newPlace));
    describe('one meaning on every database', () => dialectCases(newPlace));
    describe('isolation', () => attackCases(newPlace));
    describe('isolation by the facade alone', () => attackCases(withLayers(newPlace, { facade: true, database: false })));
    describe('isolation by the database alone', () => attackCases(withLayers(newPlace, { facade: false, database: true })));
    describe('queries that the database alone holds to the tenant', () => facadeCases(withLayers(newPlace, { facade: false, database: true })));
    describe('raw SQL', () => rawCases(newPlace));
    describe('refused queries', () => refusedCases(newPlace));
    describe('units of work', () => unitCases(newPlace));
    describe('readings of one moment', () => snapshotCases(newPlace));
    describe('declared tables', () => tableCases(newPlace));
    describe('under load', () => loadCases(newPlace));
  });
}
