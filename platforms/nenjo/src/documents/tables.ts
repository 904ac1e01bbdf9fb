import { col, tenantTable } from 'gatehouse';

export const documents = tenantTable('documents', {
  columns: {
    id: col.uuid(),
    project_id: col.uuid(),
    filename: col.text(),
    content_type: col.text(),
    size_bytes: col.integer(),
    sha256: col.text(),
    created_by: col.nullable(col.uuid()),
    created_at: col.timestamp(),
    updated_at: col.timestamp(),
  },
  unique: [['project_id', 'filename']],
  indexes: [
    ['created_at', 'id'],
    ['project_id', 'created_at', 'id'],
  ],
  references: { project_id: { table: 'projects', onDelete: 'cascade' } },
});

/** Apart from the rest, so that a list reads no bytes. `id` is the document's. */
export const documentContents = tenantTable('document_contents', {
  columns: { id: col.uuid(), content: col.bytes() },
  references: { id: { table: 'documents', onDelete: 'cascade' } },
});
