import { col, tenantTable } from 'gatehouse';
import type { RelationType } from '../ideas/values.js';

export const ideaRelations = tenantTable('idea_relations', {
  columns: {
    id: col.text(),
    source_idea_id: col.text(),
    target_idea_id: col.text(),
    relation_type: col.text<RelationType>(),
    note: col.nullable(col.text()),
    /** How alike the two are, where the relation was made for that. */
    score: col.nullable(col.real()),
    created_at: col.timestamp(),
  },
  unique: [['source_idea_id', 'target_idea_id', 'relation_type']],
  indexes: [['target_idea_id']],
  references: { source_idea_id: { table: 'ideas', onDelete: 'cascade' }, target_idea_id: { table: 'ideas', onDelete: 'cascade' } },
});
