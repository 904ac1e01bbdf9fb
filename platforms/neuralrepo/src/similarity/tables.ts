import { col, tenantTable } from 'gatehouse';

/** The vector of each idea, under the idea's id. */
export const ideaVectors = tenantTable('idea_vectors', {
  columns: {
    id: col.text(),
    /** What made it: vectors of two embedders are never compared. */
    embedder: col.text(),
    /** Of the idea, when it was made. */
    revision: col.integer(),
    /** Grows with every vector that is written in this space: who holds others in memory reads what is newer. */
    version: col.integer(),
    /** Components of unit length, 32-bit little-endian floats. */
    vector: col.bytes(),
  },
  indexes: [['version'], ['embedder']],
  references: { id: { table: 'ideas', onDelete: 'cascade' } },
});
