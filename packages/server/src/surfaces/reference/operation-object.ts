import { type CredentialKind, type JsonSchema, type Operation, download, jsonSchema } from '@gatehouse/contract';
import { pathParameters } from '../../runtime/define-platform.js';
import { mattersTwice } from '../../runtime/keyed.js';
import { hasEntityTag, successStatus } from '../success.js';
import type { Components } from './components.js';
import { type FailureOptions, failuresOf } from './failures.js';
import { header } from './headers.js';
import { type SchemeName, schemesFor } from './security.js';

/** An operation with its route: what is served over REST. */
export type Served = Operation & { readonly rest: NonNullable<Operation['rest']> };

export interface OperationOptions extends FailureOptions {
  readonly schemes: ReadonlyMap<CredentialKind, readonly SchemeName[]>;
}

/** One operation as an OpenAPI Operation Object (3.1.0, section 4.8.10). */
export function operationObject(op: Served, options: OperationOptions, components: Components): object {
  const { scope, by } = op.access;
  const { properties = {}, required = [], $defs } = jsonSchema(op.input, 'input') as InputSchema;
  if ($defs !== undefined) components.inline({ $defs }, 'in', inputName(op));
  const inPath = pathParameters(op.rest.path);
  const others = Object.keys(properties).filter((name) => !inPath.includes(name));
  const hasBody = op.rest.method !== 'GET' && op.rest.method !== 'DELETE';
  const describe = (place: 'path' | 'query') => (name: string) =>
    parameter({ place, name, required: !hasBody && required.includes(name) }, components.inline(properties[name] ?? {}, 'in', inputName(op)));
  // Beside a file that is the whole body the other fields are in the query; beside JSON they need not be.
  const inQuery = hasBody ? (op.rest.body === undefined ? [] : others.filter((name) => name !== op.rest.body)) : others;
  const parameters = [...inPath.map(describe('path')), ...inQuery.map(describe('query')), ...inHeaders(op)];
  return {
    operationId: op.name,
    summary: op.title,
    // For people too, since viewers do not show what schemes ask for.
    description: scope === null ? op.description : `${op.description}\n\nNeeds the scope \`${scope}\`.`,
    tags: [tagOf(op)],
    security: schemesFor(by, scope, options.schemes),
    ...(scope === null ? {} : { 'x-required-scope': scope }),
    ...(op.secretOutput === true ? { 'x-secret-output': true } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(hasBody && others.length > 0 ? { requestBody: requestBody(op, others, components) } : {}),
    responses: {
      [String(successStatus(op))]: success(op, options, components),
      ...(hasEntityTag(op) ? { 304: { description: 'As `If-None-Match` has it. There is no body.', headers: header('X-Request-Id', 'ETag') } } : {}),
      ...failuresOf(op, options, components),
    },
  };
}

interface InputSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** The first segment of its path. */
export function tagOf({ rest }: Served): string {
  return rest.path.split('/')[1] ?? '';
}

/** What the comforts of REST take: entity tags, and keys for calls that must not be done twice. */
function inHeaders(op: Operation): object[] {
  return [
    ...(hasEntityTag(op) ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
    ...(mattersTwice(op) && !op.access.by.includes('none') ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
  ];
}

interface Place {
  readonly place: 'path' | 'query';
  readonly name: string;
  readonly required: boolean;
}

function parameter({ place, name, required }: Place, { description, ...schema }: JsonSchema): object {
  return {
    name,
    in: place,
    required: place === 'path' || required,
    ...(description === undefined ? {} : { description }),
    // Lists come as one value with commas.
    ...(schema['type'] === 'array' ? { style: place === 'path' ? 'simple' : 'form', explode: false } : {}),
    schema,
  };
}

/** The fields that are not in the path, as one object. */
function requestBody(op: Served, fields: readonly string[], components: Components): object {
  const { properties = {}, required = [], ...rest } = jsonSchema(op.input, 'input') as InputSchema;
  const needed = required.filter((name) => fields.includes(name));
  const schema = { ...rest, properties: Object.fromEntries(fields.map((name) => [name, properties[name] ?? {}])), required: needed };
  const content = { ...json(components.named(schema as JsonSchema, 'in', [inputName(op)])), ...(op.rest.body === undefined ? {} : BYTES) };
  return { required: needed.length > 0, content };
}

function success(op: Served, { limited }: OperationOptions, components: Components): object {
  const headers = {
    ...header('X-Request-Id'),
    ...(limited ? header('RateLimit-Policy', 'RateLimit') : {}),
    ...(hasEntityTag(op) ? header('ETag') : {}),
    ...(mattersTwice(op) ? header('Idempotent-Replayed') : {}),
  };
  if (successStatus(op) === 204) return { description: 'Done. There is no body.', headers };
  if ((op.output as unknown) === download) return { description: 'The file, to be saved.', headers, content: BYTES };
  const description = op.secretOutput === true ? 'Done. Holds a secret, which is shown this once.' : 'Done.';
  return { description, headers, content: json(outputSchema(op, components)) };
}

/** What comes out is named after its resource: many operations answer with the same thing, or with a list of it. */
function outputSchema(op: Served, components: Components): JsonSchema {
  const schema = jsonSchema(op.output, 'output');
  const result = `${pascal(op.name)}Result`;
  const { type, items, ...rest } = schema;
  if (type === 'object') return components.named(schema, 'out', [resourceOf(op), result]);
  if (type !== 'array' || (items as JsonSchema | undefined)?.type !== 'object') return components.named(schema, 'out', [result]);
  return { type, ...components.inline(rest, 'out', result), items: components.named(items as JsonSchema, 'out', [resourceOf(op), result]) };
}

const inputName = ({ name }: Operation) => `${pascal(name)}Input`;

/** Any type; the whole body (OpenAPI 3.1.0, section 4.8.14.2). */
const BYTES = { '*/*': { schema: {} } };

const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

/** `Ticket` for `/tickets/:id`, `GatehouseKey` for `/gatehouse/keys`. */
function resourceOf({ rest }: Served): string {
  const name = pascal(
    rest.path
      .split('/')
      .filter((part) => part !== '' && !part.startsWith(':'))
      .slice(0, 2)
      .join('_'),
  );
  return /(?:ss|us)$/.test(name) ? name : name.replace(/ies$/, 'y').replace(/s$/, '');
}

function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
