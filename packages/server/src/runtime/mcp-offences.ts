import { type JsonSchema, type Operation, jsonSchema, jsonTypes, promptMessages, readContents } from '@gatehouse/contract';
import { paramHeadersOf } from './param-headers.js';
import type { Binding } from './types.js';
import { readUriTemplate, shapeOf } from './uri-template.js';

/** What is wrong with operations as resources and prompts; one sentence each. */
export function mcpOffences(bindings: readonly Binding[]): string[] {
  return [
    ...bindings.flatMap(({ op }) => [...kindOffences(op), ...resourceOffences(op), ...promptOffences(op), ...headerOffences(op)]),
    ...bindings.flatMap(completionOffences),
    ...sharedUris(bindings),
  ];
}

function kindOffences(op: Operation): string[] {
  const kind = op.resource !== undefined ? 'resource' : op.prompt === true ? 'prompt' : undefined;
  if (kind === undefined) return [];
  const reason =
    op.access.plane !== 'platform'
      ? 'it manages access'
      : op.secretOutput === true
        ? 'its output is secret'
        : op.effect !== 'read'
          ? 'it does more than read'
          : op.resource !== undefined && op.prompt === true
            ? 'it is a prompt'
            : undefined;
  return reason === undefined ? [] : [`the operation "${op.name}" must be no ${kind}: ${reason}.`];
}

function resourceOffences({ name, resource, input, output }: Operation): string[] {
  if (resource === undefined) return [];
  const { uri, mimeType = JSON_TYPE } = resource;
  const template = readUriTemplate(uri);
  if (typeof template === 'string') return [`the URI "${uri}" of the operation "${name}" ${template}.`];
  const unknown = template.variables.filter((variable) => !Object.hasOwn(input.shape, variable));
  const lacking = requiredOf(input).filter((field) => !template.variables.includes(field));
  return [
    ...unknown.map((variable) => `the URI "${uri}" of the operation "${name}" has the variable "${variable}", which its input lacks.`),
    ...lacking.map((field) => `the URI "${uri}" of the operation "${name}" lacks the variable "${field}", which its input requires.`),
    ...(/^[\w.+-]+\/[\w.+-]+(?:;.+)?$/.test(mimeType) ? [] : [`the mimeType "${mimeType}" of the operation "${name}" is not of the form type/subtype.`]),
    ...(output === readContents || isJsonType(mimeType) ? [] : [`the operation "${name}" is read as "${mimeType}", so its output must be readContents.`]),
  ];
}

const JSON_TYPE = 'application/json';
const isJsonType = (mimeType: string) => /^[\w.-]+\/(?:[\w.-]+\+)?json(?:;|$)/.test(mimeType);

function promptOffences({ name, prompt, input, output }: Operation): string[] {
  if (prompt !== true) return [];
  const others = Object.entries(propertiesOf(input))
    .filter(([, schema]) => !takesText(schema))
    .map(([field]) => field);
  return [
    ...others.map((field) => `the argument "${field}" of the prompt "${name}" takes no text.`),
    ...(output === promptMessages ? [] : [`the output of the prompt "${name}" must be promptMessages.`]),
  ];
}

/** `x-mcp-header` at a field: a client leaves out a whole tool where one is not as it should be (SEP-2243). */
function headerOffences(op: Operation): string[] {
  const headers = paramHeadersOf(op);
  const names = headers.map(({ name }) => String(name).toLowerCase());
  return headers.flatMap(({ path, name, schema }, i) => {
    const what = `the x-mcp-header of the field "${path.join('.')}" of the operation "${op.name}"`;
    if (typeof name !== 'string' || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return [`${what} is no name of a header.`];
    if (names.indexOf(name.toLowerCase()) !== i) return [`${what} is there twice.`];
    return PRIMITIVE.has(schema.type) ? [] : [`${what} stands at what is no string, integer or boolean.`];
  });
}

const PRIMITIVE: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

/** A completer that no client could ever ask. */
function completionOffences({ op, complete = {} }: Binding): string[] {
  const template = op.resource === undefined ? undefined : readUriTemplate(op.resource.uri);
  const asked = op.prompt === true ? Object.keys(op.input.shape) : typeof template === 'object' ? template.variables : [];
  return Object.keys(complete)
    .filter((field) => !asked.includes(field))
    .map((field) => `the operation "${op.name}" completes "${field}", which is neither an argument of a prompt nor a variable of a resource.`);
}

/** Two templates that differ only in the names of their variables are the same. */
function sharedUris(bindings: readonly Binding[]): string[] {
  const seen = new Set<string>();
  const offences: string[] = [];
  for (const { op } of bindings) {
    const template = op.resource === undefined ? '' : readUriTemplate(op.resource.uri);
    if (typeof template === 'string') continue;
    if (seen.has(shapeOf(template))) offences.push(`the URI "${template.text}" of the operation "${op.name}" is declared twice.`);
    seen.add(shapeOf(template));
  }
  return offences;
}

function propertiesOf(input: Operation['input']): Readonly<Record<string, JsonSchema>> {
  return (jsonSchema(input, 'input').properties ?? {}) as Record<string, JsonSchema>;
}

function requiredOf(input: Operation['input']): readonly string[] {
  return (jsonSchema(input, 'input').required ?? []) as string[];
}

function takesText(schema: JsonSchema): boolean {
  const types = jsonTypes(schema);
  return types.size === 0 || types.has('string');
}
