import { createHash } from 'node:crypto';
import { type Refusal, refuse } from 'gatehouse';
import { unknownProject } from '../projects/handlers.js';
import { isProject } from '../projects/store.js';
import { type Db, bind } from '../tables.js';
import { readable } from './content.js';
import * as operations from './operations.js';

export const documentBindings = [
  bind(operations.uploadDocument, ({ content, ...about }, { tx, id: newId, now, principal }) =>
    tx(async ({ db }) => {
      if (!(await isProject(db, about.project_id))) return unknownProject();
      const at = now();
      const row = {
        ...about,
        id: newId(),
        size_bytes: content.byteLength,
        sha256: createHash('sha256').update(content).digest('hex'),
        created_by: principal.user ?? null,
        created_at: at,
        updated_at: at,
      };
      const insert = db
        .insertInto('documents')
        .values(row)
        .onConflict((on) => on.columns(['project_id', 'filename']).doNothing());
      if ((await insert.returning('id').executeTakeFirst()) === undefined) return filenameTaken();
      await db.insertInto('document_contents').values({ id: row.id, content }).execute();
      return row;
    }),
  ),
  bind(operations.listDocuments, ({ project_id, limit, offset }, { db }) => {
    const query = newestFirst(db).limit(limit).offset(offset);
    return (project_id === undefined ? query : query.where('project_id', '=', project_id)).execute();
  }),
  bind(operations.listProjectDocuments, async ({ project_id, limit, offset }, { db }) => {
    const found = await newestFirst(db).where('project_id', '=', project_id).limit(limit).offset(offset).execute();
    return found.length > 0 || (await isProject(db, project_id)) ? found : unknownProject();
  }),
  bind(operations.readDocument, async ({ id }, { db }) => {
    const found = await withContent(db, id).executeTakeFirst();
    if (found === undefined) return unknownDocument();
    const { content, ...document } = found;
    return { ...document, ...readable(content) };
  }),
  bind(operations.downloadDocument, async ({ project_id, id }, { db }) => {
    const found = await withContent(db, id).where('documents.project_id', '=', project_id).executeTakeFirst();
    return found === undefined ? unknownDocument() : { filename: found.filename, content_type: found.content_type, bytes: found.content };
  }),
  bind(operations.deleteDocument, async ({ id }, { db }) => {
    const gone = await db.deleteFrom('documents').where('id', '=', id).returning('id').executeTakeFirst();
    return gone === undefined ? unknownDocument() : { id, deleted: true as const };
  }),
];

function newestFirst(db: Db) {
  return db.selectFrom('documents').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');
}

function withContent(db: Db, id: string) {
  return db
    .selectFrom('documents')
    .innerJoin('document_contents', 'document_contents.id', 'documents.id')
    .selectAll('documents')
    .select('document_contents.content')
    .where('documents.id', '=', id);
}

function filenameTaken(): Refusal {
  return refuse('conflict', 'The project has a document with this filename.', {
    fields: [{ path: 'filename', message: 'Is taken in this project' }],
    next: 'Give it another filename, or delete the other document first.',
  });
}

function unknownDocument(): Refusal {
  return refuse('not_found', 'There is no document with this id.');
}
