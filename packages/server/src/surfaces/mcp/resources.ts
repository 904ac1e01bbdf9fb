import { type Operation, type Refusal, brief, readContents, refuse } from '@gatehouse/contract';
import { type UriTemplate, matchUri, readUriTemplate } from '../../runtime/uri-template.js';
import { coercionsOf } from '../coerce.js';
import { textFault } from '../json.js';
import type { HttpOut } from '../http.js';
import type { Fault } from './errors.js';
import { type Exchange, faultIn } from './exchange.js';
import type { Entry } from './lists.js';
import type { Request } from './message.js';
import { INVALID_PARAMS, paramFault } from './params.js';
import { isOutOfReach } from './reach.js';
import { type RunOptions, type Served, isOwnOutcome, runOperation } from './run-operation.js';
import type { Wrapping } from './wrapping.js';

/** An operation that is read under a URI. */
export interface Resource extends Entry {
  readonly uri: UriTemplate;
  readonly mimeType: string | undefined;
  readonly coercions: ReadonlyMap<string, (text: string) => unknown>;
}

export interface Found {
  readonly resource: Resource;
  /** The variables' values, read as the input's schema expects them. */
  readonly input: Readonly<Record<string, unknown>> | Refusal;
}

/** All that can be read, found by URI. */
export class Resources {
  /** With a URI of their own. */
  readonly fixed: ReadonlyMap<string, Resource>;
  /** By the text of the template; what stands before the first variable longest comes first. */
  readonly templates: ReadonlyMap<string, Resource>;

  constructor(operations: readonly Operation[]) {
    const all = operations.flatMap((op) => describe(op) ?? []);
    const byText = (resources: readonly Resource[]) => new Map(resources.map((resource) => [resource.uri.text, resource]));
    const rank = ({ uri }: Resource) => uri.literals[0]?.length ?? 0;
    this.fixed = byText(all.filter(({ uri }) => uri.variables.length === 0));
    this.templates = byText(all.filter(({ uri }) => uri.variables.length > 0).sort((a, b) => rank(b) - rank(a)));
  }

  get size(): number {
    return this.fixed.size + this.templates.size;
  }

  /** What this URI reads, whoever asks; fixed URIs win over templates. */
  find(uri: string): Found | undefined {
    const fixed = this.fixed.get(uri);
    if (fixed !== undefined) return { resource: fixed, input: {} };
    for (const resource of this.templates.values()) {
      const values = matchUri(resource.uri, uri);
      if (values !== undefined) return { resource, input: inputOf(resource, values) };
    }
    return undefined;
  }
}

function describe(op: Operation): Resource | undefined {
  if (op.resource === undefined) return undefined;
  const uri = readUriTemplate(op.resource.uri);
  if (typeof uri === 'string') throw new Error(`The URI of ${op.name} ${uri}.`);
  const { name, title, description, access } = op;
  const mimeType = op.resource.mimeType ?? (op.output === readContents ? undefined : 'application/json');
  const entry = {
    ...(uri.variables.length === 0 ? { uri: uri.text } : { uriTemplate: uri.text }),
    name,
    title,
    description,
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(access.scope === null ? {} : { scope: access.scope }),
  };
  return { op, json: JSON.stringify(entry), uri, mimeType, coercions: coercionsOf(op) };
}

function inputOf({ coercions }: Resource, values: Readonly<Record<string, string>>): Found['input'] {
  const entries = Object.entries(values);
  const fields = entries.flatMap(([path, text]) => {
    const fault = textFault(text);
    return fault === undefined ? [] : [{ path, message: `Holds ${fault}` }];
  });
  if (fields[0] !== undefined) return refuse('invalid_input', `${fields[0].path}: ${fields[0].message}`, { fields });
  return Object.fromEntries(entries.map(([name, text]) => [name, coercions.get(name)?.(text) ?? text]));
}

export interface ReadOptions extends RunOptions {
  readonly resources: Resources;
}

/** `resources/read`. */
export function readResource(request: Request, exchange: Exchange, options: ReadOptions): HttpOut | Promise<HttpOut> {
  const { id, params } = request;
  const uri = params?.uri;
  if (typeof uri !== 'string') return faultIn(exchange, paramFault('uri', 'Required, a string'), { id, status: 200 });
  const found = options.resources.find(uri);
  if (found === undefined || isOutOfReach(exchange, found.resource.op)) return faultIn(exchange, nothingAt(uri, options.wrapping), { id, status: 200 });
  return runOperation(servedAt(uri, found.resource), found.input, request, exchange, options);
}

function servedAt(uri: string, { op, mimeType }: Resource): Served {
  return {
    op,
    result(value, { open, close, readHints }) {
      const contents = op.output === readContents ? filledIn(value, mimeType) : [{ uri, mimeType, text: JSON.stringify(value ?? null) }];
      return `{${open}"contents":${JSON.stringify(contents)}${readHints}${close}}`;
    },
    failed(failure, _requestId, wrapping) {
      if (failure.code === 'not_found') return { ...failure, ...nothingAt(uri, wrapping, failure.text) };
      return isOwnOutcome(failure) ? { ...failure, jsonRpc: INVALID_PARAMS } : failure;
    },
  };
}

/** Contents that do not say what they are, are what the resource is said to be. */
function filledIn(value: unknown, mimeType: string | undefined): readonly object[] {
  const { contents } = value as { contents: readonly object[] };
  return mimeType === undefined ? contents : contents.map((one) => ({ mimeType, ...one }));
}

/** Before 2026-07-28, Resources, Error Handling; that version has no code of its own (SEP-2164). */
const RESOURCE_NOT_FOUND = -32002;

function nothingAt(uri: string, { era }: Wrapping, text?: string): Fault {
  return { ...unknownResource(uri, text), ...(era === 'legacy' ? { jsonRpc: RESOURCE_NOT_FOUND } : {}) };
}

export function unknownResource(uri: string, text = `There is no resource ${brief(uri)}.`): Fault {
  return { code: 'unknown_resource', text, more: { uri: brief(uri) } };
}
