import { Refusal } from 'gatehouse';
import type { Ctx } from '../ideas/store.js';
import { bind } from '../tables.js';
import { providersWithKey } from '../provider-keys/store.js';
import * as operations from './operations.js';
import { profileOf, setProfile } from './store.js';

export const userBindings = [
  bind(operations.getUser, (_input, context) => shownUser(context)),
  bind(operations.updateUser, async (changes, context) => {
    const user = await context.access.me();
    if (user instanceof Refusal) return user;
    if (Object.keys(changes).length > 0) await context.tx(({ db }) => setProfile(db, user.id, changes, context.now()));
    return shownUser(context);
  }),
];

async function shownUser({ access, principal, db }: Ctx) {
  const user = await access.me();
  if (user instanceof Refusal) return user;
  const profile = await profileOf(db, user.id);
  const keys = await providersWithKey(db);
  return {
    id: user.id,
    email: user.email,
    display_name: profile?.display_name ?? user.name,
    avatar_url: profile?.avatar_url ?? null,
    plan: principal.plan ?? '',
    settings_json: profile?.settings_json ?? '{}',
    has_anthropic_key: keys.has('anthropic'),
    has_openai_key: keys.has('openai'),
    has_openrouter_key: keys.has('openrouter'),
    created_at: user.createdAt,
    updated_at: profile?.updated_at ?? user.createdAt,
  };
}
