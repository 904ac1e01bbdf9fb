import { type Failure, type Operation, download, isScope, isoSeconds, management } from '@gatehouse/contract';
import { type Plan, defaultTenancy } from '../services/tenancy.js';
import { keyShown } from './management.js';
import { mcpOffences } from './mcp-offences.js';
import { pageOffences } from './page-offences.js';
import type { Platform, PlatformSpec, Presenters } from './platform.js';

/** A platform that cannot be served, with the name of what is wrong in it. */
export class PlatformError extends Error {
  constructor(platform: string, offence: string) {
    super(`The platform "${platform}" cannot be served: ${offence}`);
    this.name = 'PlatformError';
  }
}

/** In JavaScript no compiler asks for them. */
const REQUIRED = ['version', 'scopes', 'keys', 'tables', 'operations'] as const;

/** Checks a platform and fills in its defaults. @throws {PlatformError} naming the offender */
export function definePlatform(spec: PlatformSpec): Platform {
  if (!/^[a-z][a-z0-9-]*$/.test(spec.name)) throw new PlatformError(spec.name, 'its name must be lower-case letters, digits and dashes.');
  for (const member of REQUIRED) if (spec[member] === undefined) throw new PlatformError(spec.name, `it has no ${member}.`);
  const tenancy = { ...defaultTenancy, ...spec.tenancy };
  const [offence] = [...offencesOfNames(spec), ...offencesOfParts(spec), ...tenancyOffences(tenancy)];
  if (offence !== undefined) throw new PlatformError(spec.name, offence);
  return {
    ...spec,
    title: spec.title ?? spec.name,
    settings: spec.settings ?? [],
    checkSettings: spec.checkSettings ?? (() => undefined),
    identity: spec.identity ?? (() => []),
    signIn: spec.signIn === false ? false : { newcomers: 'welcome', ...spec.signIn },
    authorization: spec.authorization ?? { kind: spec.signIn === false ? 'none' : 'own' },
    scopeTexts: Object.fromEntries(spec.scopes.map((scope) => [scope, spec.scopeTexts?.[scope] ?? scopeInWords(scope)])),
    jobs: spec.jobs ?? [],
    pages: spec.pages ?? [],
    publicVersion: spec.publicVersion ?? false,
    samples: spec.samples ?? [],
    reference: { document: 'public', page: (spec.reference?.document ?? 'public') === 'public', ...spec.reference },
    mcpBy: spec.mcpBy ?? ['key', 'session', 'idp', 'token'],
    keys: { ...spec.keys, accept: spec.keys.accept ?? ['authorization', 'x-api-key'] },
    tenancy,
    present: { ...defaultPresenters, ...spec.present },
    mcp: { defaultVersion: '2025-11-25', notificationStatus: 202, sessions: true, instructions: '', outputSchemas: 'full', ...spec.mcp },
  };
}

function offencesOfNames({ scopes, operations: bindings, tables, jobs = [] }: PlatformSpec): string[] {
  const operations = bindings.map(({ op }) => op);
  const names = (named: readonly { readonly name: string }[]): string[] => named.map(({ name }) => name);
  return [
    ...scopes.filter((scope) => !isScope(scope)).map((scope) => `the scope "${scope}" does not have the form resource:permission.`),
    ...repeated(scopes, 'scope'),
    ...repeated(names(operations), 'operation'),
    ...repeated(
      operations.flatMap((op) => (op.rest === null ? [] : [routeKey(op)])),
      'route',
    ),
    ...repeated(names(tables), 'table'),
    ...repeated(
      jobs.map(({ job }) => job.name),
      'job',
    ),
  ];
}

function offencesOfParts(spec: PlatformSpec): string[] {
  return [
    ...(spec.jobs ?? []).flatMap(({ job: { name } }) =>
      /^(?!gatehouse_)[a-z][a-z0-9_]*$/.test(name) ? [] : [`the job "${name}" must be named in lower case, with underscores.`],
    ),
    ...spec.operations.flatMap(({ op }) => offencesOf(op, spec)),
    ...mcpOffences(spec.operations),
    ...pageOffences(spec.pages ?? []),
    ...scopeOffences(spec),
    ...prefixOffences(spec),
    ...keyOffences(spec.keys),
  ];
}

function tenancyOffences({ plans, defaultPlan, roles, ownerRole, adminRole, memberRole }: Platform['tenancy']): string[] {
  return [
    ...Object.entries(plans).flatMap(([name, plan]) => planOffences(name, plan)),
    ...Object.entries({ ownerRole, adminRole, memberRole }).flatMap(([name, role]) =>
      Object.hasOwn(roles, role) ? [] : [`tenancy.${name} names "${role}", which is no role.`],
    ),
    ...(Object.hasOwn(plans, defaultPlan) ? [] : [`tenancy.defaultPlan names "${defaultPlan}", which is no plan.`]),
  ];
}

function offencesOf(op: Operation, { scopes }: PlatformSpec): string[] {
  const offences: string[] = [];
  const { access, rest, name } = op;
  if (!/^[a-z][a-z0-9_]*$/.test(name)) offences.push(`the operation "${name}" must be named in lower case, with underscores.`);
  if (access.scope !== null && !scopes.includes(access.scope))
    offences.push(`the operation "${name}" asks for the scope "${access.scope}", which the platform does not declare.`);
  if (op.cost !== undefined && !(Number.isFinite(op.cost) && op.cost >= 0))
    offences.push(`the cost of the operation "${name}" must be a number of at least 0.`);
  if (op.timeLimitSeconds !== undefined && !(op.timeLimitSeconds > 0 && op.timeLimitSeconds <= 3600))
    offences.push(`the time limit of the operation "${name}" must be more than 0 and at most 3600 seconds.`);
  if (access.by.length === 0) offences.push(`the operation "${name}" is open to no credential at all.`);
  if (op.tool && (op.secretOutput === true || access.plane !== 'platform'))
    offences.push(`the operation "${name}" must be no tool: ${op.secretOutput === true ? 'its output is secret' : 'it manages access'}.`);
  if (op.tool && (op.output as unknown) === download) offences.push(`the operation "${name}" must be no tool: it hands out a file.`);
  if (rest === null) return offences;
  if (rest.body !== undefined && (!Object.hasOwn(op.input.shape, rest.body) || rest.method === 'GET' || rest.method === 'DELETE'))
    offences.push(`the body of the operation "${name}" is to be its field "${rest.body}", which its input lacks or its method does not carry.`);
  if (!/^(\/[a-z0-9._-]+|\/:[a-z][a-z0-9_]*)+$/.test(rest.path))
    offences.push(`the path "${rest.path}" of the operation "${name}" is not of the form /things/:id.`);
  for (const parameter of pathParameters(rest.path)) {
    if (!Object.hasOwn(op.input.shape, parameter))
      offences.push(`the path "${rest.path}" of the operation "${name}" has the parameter "${parameter}", which its input lacks.`);
  }
  return offences;
}

/** Whatever names a scope names one that there is. */
function scopeOffences({ scopes, scopeTexts = {}, authorization }: PlatformSpec): string[] {
  const named = { scopeTexts: Object.keys(scopeTexts), 'authorization.defaultScopes': (authorization?.kind === 'own' && authorization.defaultScopes) || [] };
  return Object.entries(named).flatMap(([where, names]) =>
    names.filter((name) => !scopes.includes(name)).map((name) => `${where} names the scope "${name}", which the platform does not declare.`),
  );
}

/** Characters of a raw key beyond its prefix that may be kept and shown: far too few to guess the rest. */
const DISPLAYED = 16;

/** A prefix claims every credential that begins with it: an empty one would claim all, and `eyJ` every JWT. */
function prefixOffences({ keys, authorization }: PlatformSpec): string[] {
  const declared = {
    'keys.prefix': keys.prefix,
    'keys.servicePrefix': keys.servicePrefix,
    'authorization.tokensByHand': authorization?.kind === 'own' ? authorization.tokensByHand : undefined,
  };
  const prefixes = Object.entries(declared).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  return prefixes.flatMap(({ name, value }, index) => [
    ...(/^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*[_-]$/.test(value) && value.length <= 32
      ? []
      : [`${name} "${value}" must be lower-case letters and digits that end in _ or -, such as "acme_".`]),
    ...(/^gh[a-z]_$/.test(value) ? [`${name} "${value}" is taken: tokens of Gatehouse's own begin with gh, a letter and _.`] : []),
    ...prefixes
      .slice(0, index)
      .filter((other) => other.value.startsWith(value) || value.startsWith(other.value))
      .map((other) => `${other.name} "${other.value}" and ${name} "${value}" claim each other's credentials.`),
  ]);
}

function keyOffences({ prefix, displayLength }: PlatformSpec['keys']): string[] {
  const offences: string[] = [];
  if (!Number.isInteger(displayLength) || displayLength < 1 || displayLength > prefix.length + DISPLAYED)
    offences.push(`keys.displayLength must be between 1 and ${prefix.length + DISPLAYED}: what is displayed is stored as it is.`);
  return offences;
}

function planOffences(name: string, { limits = {}, keys = 0 }: Plan): string[] {
  const offences = Number.isInteger(keys) && keys >= 0 ? [] : [`the keys of the plan "${name}" must be a whole number of at least 0.`];
  const wrong = Object.entries(limits)
    .filter(([, limit]) => !(Number.isInteger(limit.limit) && limit.limit >= 1 && Number.isFinite(limit.periodSeconds) && limit.periodSeconds > 0))
    .map(([whose]) => `the limit "${whose}" of the plan "${name}" must be a whole number of at least 1 in a period of more than 0 seconds.`);
  return [...offences, ...wrong];
}

export function pathParameters(path: string): string[] {
  return [...path.matchAll(/:([a-z0-9_]+)/g)].map(([, name]) => name ?? '');
}

/** Two routes that differ only in the names of their parameters are the same route. */
function routeKey({ rest }: Operation): string {
  return `${rest?.method} ${rest?.path.replace(/:[a-z0-9_]+/g, ':')}`;
}

function repeated(names: readonly string[], what: string): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `the ${what} "${name}" is declared twice.`);
}

/** `agent-roles:write` → `Read and change agent roles` */
function scopeInWords(scope: string): string {
  const [resource = '', permission = ''] = scope.split(':');
  const verb = { read: 'Read', write: 'Read and change' }[permission] ?? `${permission.charAt(0).toUpperCase()}${permission.slice(1)}`;
  return `${verb} ${resource.replace(/[_-]/g, ' ')}`;
}

/** The body of a failed REST call; a platform that has other words for some of it changes those alone. */
export function failureBody({ text, code, fields, missing, retryAfterSeconds, made, next }: Failure, requestId: string) {
  return {
    error: text,
    code,
    request_id: requestId,
    ...(fields === undefined ? {} : { fields: messagesByField(fields) }),
    ...(missing === undefined ? {} : { missing }),
    ...(retryAfterSeconds === undefined ? {} : { retry_after_seconds: Math.ceil(retryAfterSeconds) }),
    ...(made === undefined ? {} : { made }),
    ...(next === undefined ? {} : { next }),
  };
}

const defaultPresenters: Presenters = {
  rest: failureBody,
  keyCreated: (key, raw) => ({ ...defaultPresenters.keyListed(key), raw_key: raw }),
  keyListed: (key) => ({ ...management.keyObject.parse(keyShown(key)), revoked_at: key.revokedAt === null ? null : isoSeconds(key.revokedAt) }),
};

/** `{"title": ["Required"]}`: validation messages by field, the same shape on every surface. */
export function messagesByField(fields: readonly { readonly path: string; readonly message: string }[]): Record<string, string[]> {
  // A map, for callers choose the paths: `constructor` and `__proto__` among them.
  const byField = new Map<string, string[]>();
  for (const { path, message } of fields) {
    const messages = byField.get(path);
    if (messages === undefined) byField.set(path, [message]);
    else messages.push(message);
  }
  return Object.fromEntries(byField);
}
