import { Refusal } from 'gatehouse';
import { bind } from '../tables.js';
import { contextOf, renderedPrompt } from './preview.js';
import { patchedPrompt } from './prompt-config.js';
import * as operations from './prompt-operations.js';
import { changed, editable, findRole } from './store.js';

export const promptBindings = [
  bind(operations.getPrompt, async ({ id }, { db }) => {
    const role = await findRole(db, id);
    return role instanceof Refusal ? role : role.prompt_config;
  }),
  bind(operations.updatePrompt, ({ id, ...changes }, { tx, now, principal }) =>
    tx(async ({ db }) => {
      const role = await editable(db, principal, id);
      if (role instanceof Refusal) return role;
      if (Object.keys(changes).length === 0) return role.prompt_config;
      const after = await changed(db, id, { prompt_config: patchedPrompt(role.prompt_config, changes), updated_at: now() });
      return after instanceof Refusal ? after : after.prompt_config;
    }),
  ),
  bind(operations.previewPrompt, async ({ id, ...asked }, { db }) => {
    const role = await findRole(db, id);
    if (role instanceof Refusal) return role;
    const context = await contextOf(db, asked);
    return context instanceof Refusal ? context : renderedPrompt(role.prompt_config, context);
  }),
  bind(operations.getPlatformScopes, async ({ id }, { db }) => {
    const role = await findRole(db, id);
    return role instanceof Refusal ? role : { platform_scopes: role.platform_scopes };
  }),
  bind(operations.updatePlatformScopes, ({ id, platform_scopes }, { tx, now, principal }) =>
    tx(async ({ db }) => {
      const role = await editable(db, principal, id);
      if (role instanceof Refusal) return role;
      const after = await changed(db, id, { platform_scopes, updated_at: now() });
      return after instanceof Refusal ? after : { platform_scopes: after.platform_scopes };
    }),
  ),
];
