import { col, tenantTable } from 'gatehouse';
import type { DetectionStatus } from '../ideas/values.js';

export const duplicateDetections = tenantTable('duplicate_detections', {
  columns: {
    id: col.text(),
    idea_id: col.text(),
    duplicate_of_id: col.text(),
    similarity_score: col.real(),
    status: col.text<DetectionStatus>(),
    created_at: col.timestamp(),
  },
  unique: [['idea_id', 'duplicate_of_id']],
  indexes: [['status', 'created_at'], ['duplicate_of_id']],
  references: { idea_id: { table: 'ideas', onDelete: 'cascade' }, duplicate_of_id: { table: 'ideas', onDelete: 'cascade' } },
});
