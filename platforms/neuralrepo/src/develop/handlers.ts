import { Refusal, refuse } from 'gatehouse';
import { showWhole } from '../ideas/show.js';
import { type Ctx, revise, unknownIdea } from '../ideas/store.js';
import { MOST_BODY, type Provider, lengthOf, providers } from '../ideas/values.js';
import { stored } from '../ids.js';
import { endpointOf } from '../provider-keys/providers.js';
import { keyFor, providersWithKey } from '../provider-keys/store.js';
import { bind } from '../tables.js';
import { settingsOf } from '../user/settings.js';
import { developIdea } from './operations.js';
import { promptFor } from './prompt.js';
import { write } from './write.js';

export const developBindings = [
  bind(developIdea, async ({ id, provider: wished, model: named, instructions, save }, context) => {
    const { db, sealed, settings, egress, signal, log, now } = context;
    const idea = await showWhole(db, stored(id));
    if (idea === undefined) return unknownIdea();
    const provider = await chosen(wished, context);
    const key = provider === undefined ? undefined : await keyFor(db, provider, sealed);
    if (provider === undefined || key === undefined) return withoutKey(provider ?? wished);
    const endpoint = endpointOf(provider, settings);
    const model = named ?? endpoint.model;
    const written = await write({ endpoint, key, model, prompt: promptFor(idea, instructions), signal, now: now() }, egress);
    if (written instanceof Refusal) {
      log({ event: 'provider_failed', provider, code: written.failure.code, text: written.failure.text });
      return written;
    }
    const saved = save && (await appended(stored(id), written.text, context));
    return { idea_id: id, provider, model, specification: written.text, truncated: written.truncated, saved };
  }),
];

/** The one that is asked for; else the preferred one, where there is a key of it; else the first of which there is one. */
async function chosen(wished: Provider | undefined, { db, principal }: Ctx): Promise<Provider | undefined> {
  const withKey = await providersWithKey(db);
  if (wished !== undefined) return withKey.has(wished) ? wished : undefined;
  const { preferred_ai_provider: preferred } = await settingsOf(db, principal.user);
  return [...(preferred === undefined ? [] : [preferred]), ...providers].find((provider) => withKey.has(provider));
}

function withoutKey(provider: Provider | undefined): Refusal {
  const whose = provider === undefined ? 'of any provider' : `of ${provider}`;
  return refuse('conflict', `There is no key ${whose} to write with.`, { next: `Set one with PUT /api/v1/user/byok/${provider ?? providers[0]}.` });
}

/** Below the body, as that is by now. Whether there was room, and the idea was there still. */
function appended(id: string, text: string, { tx, now, enqueue }: Ctx): Promise<boolean> {
  return tx(async ({ db }) => {
    const before = await db.selectFrom('ideas').select('body').where('id', '=', id).executeTakeFirst();
    if (before === undefined) return false;
    const body = before.body === null || before.body === '' ? text : `${before.body}\n\n---\n\n${text}`;
    if (lengthOf(body) > MOST_BODY) return false;
    await db.updateTable('ideas').set({ body, updated_at: now() }).where('id', '=', id).execute();
    await revise(db, id, enqueue);
    return true;
  });
}
