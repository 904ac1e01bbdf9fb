import { refuse } from 'gatehouse';
import { z } from 'zod';
import { uuid } from '../fields.js';
import { pipelineAssignments } from '../pipelines/tables.js';
import { bindKept } from './bindings.js';

const referred = [
  ['pipeline_id', 'pipelines', 'pipeline'],
  ['project_id', 'projects', 'project'],
] as const;

export const keptPipelineAssignments = bindKept({
  table: pipelineAssignments,
  path: '/pipeline-assignments',
  one: 'a pipeline assignment',
  many: 'pipeline assignments',
  about: 'An assignment makes a pipeline one of those of a project.',
  fields: { pipeline_id: uuid().describe('The id of the pipeline'), project_id: uuid().describe('The id of the project') },
  defaults: {},
  shown: { pipeline_id: z.string(), project_id: z.string() },
  filters: ['pipeline_id', 'project_id'],
  missing: async (db, given) => {
    for (const [field, table, noun] of referred) {
      const id = given[field];
      if (id === undefined) continue;
      const found = await db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
      if (found === undefined)
        return refuse('not_found', `There is no ${noun} with this id.`, { fields: [{ path: field, message: `There is no such ${noun}` }] });
    }
    return undefined;
  },
});
