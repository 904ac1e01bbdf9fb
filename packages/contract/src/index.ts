export { type Download, bytes, contentBlock, download, promptMessages, readContents, resourceContents, toolContent } from './content.js';
export { type ErrorCode, type Failure, Refusal, brief, briefly, catalogue, catalogueEntry, refuse, refuseField } from './errors.js';
export {
  type Access,
  type CredentialKind,
  type Effect,
  type Method,
  type Operation,
  type OperationSpec,
  type Plane,
  type ResourceRoute,
  type RestRoute,
  defineOperation,
  people,
} from './operation.js';
export { type FieldIssue, type JsonSchema, type Parsed, expiry, isoSeconds, jsonSchema, jsonTypes, parse, timestamp } from './schema.js';
export { UNKNOWN_FIELD, kindOf } from './messages.js';
export { FULL_ACCESS, covers, isScope } from './scopes.js';
export * as management from './management/index.js';
