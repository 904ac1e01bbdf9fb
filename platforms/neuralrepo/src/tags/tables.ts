import { col, tenantTable } from 'gatehouse';

export const tags = tenantTable('tags', {
  columns: {
    id: col.text(),
    name: col.text(),
    /** Lower case: two tags never differ by case alone. */
    folded: col.text(),
    color: col.nullable(col.text()),
    /** Its vector, and what made it; null until that is done. */
    vector: col.nullable(col.bytes()),
    embedder: col.nullable(col.text()),
    /** As that of an idea's vector. */
    version: col.nullable(col.integer()),
    created_at: col.timestamp(),
  },
  unique: [['folded']],
  indexes: [['version'], ['embedder']],
});

export const ideaTags = tenantTable('idea_tags', {
  columns: { id: col.uuid(), idea_id: col.text(), tag_id: col.text(), position: col.integer() },
  unique: [['idea_id', 'tag_id']],
  indexes: [['tag_id']],
  references: { idea_id: { table: 'ideas', onDelete: 'cascade' }, tag_id: { table: 'tags', onDelete: 'cascade' } },
});
