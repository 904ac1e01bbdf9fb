import { sha256 } from '../../domain/presented.js';
import type { Clients } from '../../services/authorization/clients.js';
import type { Store } from '../../store/store.js';
import { CONSENT_PATH } from './provider.js';

/** The name of the program that waits behind a path of ours, while its person signs in; null: none does. */
export function waitingBehind(store: Pick<Store, 'artifacts'>, clients: Clients): (path: string) => Promise<string | null> {
  return async (path) => {
    if (!path.startsWith(CONSENT_PATH)) return null;
    const found = await store.artifacts.find('Interaction', sha256(path.slice(CONSENT_PATH.length)));
    const { params } = (found === undefined ? {} : JSON.parse(found.payload)) as { readonly params?: { readonly client_id?: string } };
    const client = params?.client_id === undefined ? undefined : await clients.find(params.client_id);
    return client?.metadata.client_name ?? null;
  };
}
