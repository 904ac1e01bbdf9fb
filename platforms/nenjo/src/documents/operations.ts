import { bytes, defineOperation, download, people, timestamp } from 'gatehouse';
import { z } from 'zod';
import { deleted, line, page, uuid } from '../fields.js';

/** What a request can carry in one body: more is refused with 413 before it is read. */
const MAX_BYTES = 1_048_576;

const listed = z.object({
  id: z.string(),
  filename: z.string(),
  content_type: z.string(),
  size_bytes: z.int(),
  updated_at: timestamp(),
});

const document = z.object({
  id: z.string(),
  project_id: z.string(),
  filename: z.string(),
  content_type: z.string(),
  size_bytes: z.int(),
  sha256: z.string().describe('SHA-256 of the bytes, in hex'),
  created_by: z.string().nullable().describe('The user who uploaded it'),
  created_at: timestamp(),
  updated_at: timestamp(),
});

const filename = line(255)
  .regex(/^[^/\\\p{Cc}]+$/u, 'Must be a file name: one line, without slashes')
  .refine((name) => name !== '.' && name !== '..', 'Must be a file name, not a folder')
  .describe('The name of the file, unique in its project');
const contentType = z
  .string()
  .trim()
  .max(200)
  .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: *;[^\p{Cc}]*)?$/u, 'Must be a media type such as text/markdown')
  .describe('Its media type, such as text/markdown');
const id = uuid();
const projectId = uuid();

export const uploadDocument = defineOperation({
  name: 'documents_upload',
  title: 'Upload a document',
  description:
    'Keeps a file of at most 1 MiB with a project: the file is the whole body, of any type but JSON, and its name is in the query. Or JSON, with the bytes as Base64 in content, of which about 750 KiB fit.',
  access: { scope: null, by: people },
  input: z.object({
    project_id: projectId,
    filename,
    content_type: contentType.default('application/octet-stream'),
    content: bytes(MAX_BYTES).describe('Base64; at most 1 MiB with the rest of the request'),
  }),
  output: document,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: '/projects/:project_id/documents', body: 'content' },
});

export const listDocuments = defineOperation({
  name: 'documents_list',
  title: 'List documents',
  description: 'Lists documents, newest first, without what is in them; documents_read shows that.',
  access: { scope: 'documents:read' },
  input: z.object({ project_id: uuid().optional(), ...page }),
  output: z.array(document),
  effect: 'read',
  rest: { method: 'GET', path: '/documents' },
});

export const listProjectDocuments = defineOperation({
  name: 'documents_of_project',
  title: 'List the documents of a project',
  description: 'Lists the documents of one project, newest first, in the form that workers read.',
  access: { scope: 'documents:read' },
  input: z.object({ project_id: projectId, ...page }),
  output: z.array(listed),
  errors: ['not_found'],
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: '/projects/:project_id/documents' },
});

export const readDocument = defineOperation({
  name: 'documents_read',
  title: 'Read a document',
  description: 'Shows one document with what is in it: text as it is, anything else as Base64. Use documents_list to find its id.',
  access: { scope: 'documents:read' },
  input: z.object({ id }),
  output: document.extend({
    encoding: z.enum(['utf-8', 'base64']).describe('How content is to be read'),
    content: z.string(),
  }),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/documents/:id' },
});

export const downloadDocument = defineOperation({
  name: 'documents_download',
  title: 'Download a document',
  description: 'Hands out the bytes of a document as a file to be saved.',
  access: { scope: 'documents:read' },
  input: z.object({ project_id: projectId, id }),
  output: download,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/projects/:project_id/documents/:id/content' },
});

export const deleteDocument = defineOperation({
  name: 'documents_delete',
  title: 'Delete a document',
  description: 'Deletes a document and what is in it for good.',
  access: { scope: 'documents:write' },
  input: z.object({ id }),
  output: deleted,
  errors: ['not_found'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/documents/:id', status: 204 },
});
