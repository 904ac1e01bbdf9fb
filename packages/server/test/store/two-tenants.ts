import type { Store } from '../../src/store/store.js';
import type { Bench } from './place.js';
import { dbOf } from './tables.js';

/** All rows of all tenants, to prove that nothing has changed. */
export async function everything({ raw }: Pick<Bench, 'raw'>): Promise<unknown> {
  return Promise.all(['people', 'projects', 'tickets', 'comments'].map((table) => raw(`select * from ${table} order by tenant_id, id`)));
}

/** Rows of `a` say `own`, rows of `b` say `secret`; one ticket has the same id and number in both. */
export async function fillTwoTenants(store: Store): Promise<void> {
  for (const [tenant, word] of [
    ['a', 'own'],
    ['b', 'secret'],
  ] as const) {
    const db = dbOf(store, tenant);
    await db
      .insertInto('people')
      .values({ id: `${word}-person`, name: word })
      .execute();
    await db
      .insertInto('projects')
      .values({ id: `${word}-project`, name: word })
      .execute();
    await db
      .insertInto('tickets')
      .values({ id: 'same', number: 1, title: word, project_id: `${word}-project` })
      .execute();
    await db
      .insertInto('tickets')
      .values({ id: `${word}-ticket`, number: 2, title: word })
      .execute();
  }
}
