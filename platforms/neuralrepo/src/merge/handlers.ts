import { refuseField } from 'gatehouse';
import { unknownIdea } from '../ideas/store.js';
import { showWhole } from '../ideas/show.js';
import { stored } from '../ids.js';
import { bind } from '../tables.js';
import { merge } from './merge.js';
import { mergeIdeas } from './operations.js';

export const mergeBindings = [
  bind(mergeIdeas, async ({ id, absorb_id }, context) => {
    if (id === absorb_id) return refuseField('absorb_id', 'Must be another idea: none is merged with itself');
    return await context.tx(async ({ db }) => (await merge(db, stored(id), stored(absorb_id), context)) ?? (await showWhole(db, stored(id))) ?? unknownIdea());
  }),
];
