import type { Operation } from '@gatehouse/contract';
import type { Attempt } from '../attempt.js';
import { type Input, completionRequest, mcpRequests, restRequest, wholeBodyRequest } from '../http.js';
import { asTaken, holdsIds, holdsText, isList } from '../inputs/candidates.js';
import { type Field, fieldsOf, validInputs } from '../inputs/inputs.js';
import { namesFor } from '../inputs/rows.js';
import { type Base, type Place, type Settled, credentialsFor, marks, sourceOf } from '../world.js';
import { type Reach, SHARE, allPayloads, foreignFor, payloadsFor, someOf, textsOf } from './reach.js';
import { reachesWithin } from './within.js';

/** All that is tried on one operation, by REST and over MCP. `good`: a call that succeeds, where there is one. */
export function attemptsOn(op: Operation, place: Place, attacker: Settled, victim: Settled, good: Base | undefined): readonly Attempt[] {
  const base = good?.input ?? validInputs(op, sourceOf(op, attacker, place, marks(`${attacker.mark}t`)))[0] ?? {};
  const credential = good?.credential ?? credentialsFor(op, attacker)[0] ?? attacker.key;
  const reaches = [
    ...foreignIds(op, base, place, victim),
    ...extraArguments(base, victim),
    ...headers(base, victim),
    ...filters(op, base, place, victim),
    ...takenNames(op, base, place, victim),
    ...reachesWithin(op, good?.fuller ?? base, place, victim),
  ];
  const changes = op.effect !== 'read';
  const tried = (reach: Reach, surface: string, request: Attempt['request']): Attempt => ({
    ...{ target: op.name, attack: reach.attack, detail: `${surface}, ${reach.detail}` },
    ...{ request, changes },
  });
  const overRest = op.rest === null ? [] : reaches.map((reach) => tried(reach, 'REST', restRequest(op, reach.input, credential, reach.addition)));
  const whole = reaches.flatMap((reach) => {
    const request = reach.addition === undefined ? wholeBodyRequest(op, reach.input, credential) : undefined;
    return request === undefined ? [] : [tried(reach, 'REST with a whole body', request)];
  });
  const sent = new Set<string>();
  const overMcp = mcpReaches(reaches, op.rest !== null).flatMap((reach) =>
    mcpRequests(op, reach.input, attacker.key)
      // A resource takes nothing but what its URI has a place for.
      .filter(({ body = '' }) => !sent.has(body) && sent.add(body))
      .map((request) => tried(reach, 'MCP', request)),
  );
  return [...overRest, ...whole, ...overMcp, ...suggestions(op, base, attacker, victim)];
}

/** What is suggested for each field: to one who has typed nothing, what the victim's texts begin with, or what matches anything. */
function suggestions(op: Operation, base: Input, attacker: Settled, victim: Settled): readonly Attempt[] {
  return fieldsOf(op).flatMap(({ name }) =>
    ['', victim.mark, victim.mark.slice(0, 1), '%', '_', victim.party.tenant].flatMap((typed) => {
      const request = completionRequest(op, name, typed, base, attacker.key);
      return request === undefined ? [] : [{ target: op.name, attack: 'suggestion', detail: `${name}, typed "${typed}"`, request, changes: false }];
    }),
  );
}

/** Where REST has had every filter and name, some do for MCP. */
function mcpReaches(reaches: readonly Reach[], served: boolean): readonly Reach[] {
  const some = new Set(['filter or ordering', 'taken name']);
  return reaches.filter(({ addition, attack }, i) => addition === undefined && !(served && some.has(attack) && i % SHARE !== 0));
}

/** Each id field with each id of the victim's; lists with a foreign id alone and beside an own one; all fields at once. */
function foreignIds(op: Operation, base: Input, { tables }: Place, victim: Settled): readonly Reach[] {
  const fields = fieldsOf(op).filter(({ name, schema }) => holdsIds(name, schema));
  const some = someOf(victim);
  const ids = ({ name, schema }: Field) =>
    foreignFor(name, op, some, tables).flatMap(({ id, ...of }) => asTaken(schema, id).map((taken) => ({ ...of, id: taken })));
  const single = fields
    .filter(({ schema }) => !isList(schema))
    .flatMap((field) => ids(field).map(({ id, attack, of }) => ({ attack, detail: `${field.name}${of}`, input: { ...base, [field.name]: id } })));
  const listed = fields
    .filter(({ schema }) => isList(schema))
    .flatMap((field) =>
      ids(field).flatMap(({ id }) =>
        listsWith(field, id, base).map((list) => ({ attack: 'foreign id in a list', detail: field.name, input: { ...base, [field.name]: list } })),
      ),
    );
  if (fields.length < 2) return [...single, ...listed];
  const likely = (field: Field) => ids(field).map(({ id }) => id);
  const all = Object.fromEntries(fields.map((field) => [field.name, isList(field.schema) ? likely(field).slice(0, 1) : likely(field)[0]]));
  return [...single, ...listed, { attack: 'foreign id', detail: 'every id field at once', input: { ...base, ...all } }];
}

function listsWith({ name }: Field, id: string | number, base: Input): readonly (readonly unknown[])[] {
  const own = base[name];
  return [[id], ...(Array.isArray(own) && own.length > 0 ? [[own[0], id]] : [])];
}

const TENANT_NAMES = ['tenant_id', 'tenant', 'tenantId', 'organization_id', 'org_id', 'workspace_id', 'account_id'] as const;

function extraArguments(base: Input, { party }: Settled): readonly Reach[] {
  return TENANT_NAMES.flatMap((name) => [
    { attack: 'extra argument', detail: name, input: { ...base, [name]: party.tenant } },
    { attack: 'extra argument', detail: `${name} in the query`, input: base, addition: { query: { [name]: party.tenant } } },
  ]);
}

function headers(base: Input, { party }: Settled): readonly Reach[] {
  return ['x-tenant-id', 'x-tenant', 'x-organization-id', 'x-org-id', 'x-workspace-id', 'x-user-id', 'x-forwarded-user'].map((name) => ({
    attack: 'header',
    detail: name,
    input: base,
    addition: { headers: { [name]: name.includes('user') ? (party.users[0] ?? '') : party.tenant } },
  }));
}

const ARGUMENTS = ['sort', 'order', 'order_by', 'filter', 'where', 'q', 'search', 'fields', 'select', 'include', 'expand', 'group_by', 'cursor'] as const;

/** Filters and orderings that try to reach out: in every field that takes text, and under the names that such arguments often have. */
function filters(op: Operation, base: Input, { tables }: Place, { party }: Settled): readonly Reach[] {
  const enough = payloadsFor(op, tables, party);
  const inFields = fieldsOf(op)
    .filter(({ schema }) => holdsText(schema))
    .flatMap(({ name, schema }) =>
      enough.map((payload) => ({ attack: 'filter or ordering', detail: name, input: { ...base, [name]: isList(schema) ? [payload] : payload } })),
    );
  const numbers = fieldsOf(op)
    .filter(({ name }) => name === 'limit' || name === 'offset')
    .flatMap(({ name }) => [-1, 0, 100, 1_000_000_000].map((value) => ({ attack: 'filter or ordering', detail: name, input: { ...base, [name]: value } })));
  const payloads = allPayloads(tables, party);
  const underOthers = ARGUMENTS.map((name, i) => ({ attack: 'filter or ordering', detail: name, input: { ...base, [name]: payloads[i] } }));
  return [...inFields, ...numbers, ...underOthers];
}

const TAKEN = 4;

/** What the victim has is asked for, made and named again: it must work as if the victim were not there. */
function takenNames(op: Operation, base: Input, { tables }: Place, victim: Settled): readonly Reach[] {
  const texts = textsOf(victim);
  const fields = fieldsOf(op).filter(({ name, schema }) => holdsText(schema) && !holdsIds(name, schema));
  const single = fields.flatMap(({ name, schema }) =>
    [
      ...new Set([
        ...namesFor(name, tables, victim.rows).filter((text) => text.startsWith(victim.mark)),
        ...(texts.get(name) ?? []),
        ...[...texts.values()].flat(),
      ]),
    ]
      .slice(0, TAKEN)
      .map((text) => ({ attack: 'taken name', detail: name, input: { ...base, [name]: isList(schema) ? [text] : text } })),
  );
  const all = Object.fromEntries(
    fields.flatMap(({ name, schema }) => (isList(schema) ? [] : (texts.get(name)?.slice(0, 1) ?? []).map((text) => [name, text]))),
  );
  return Object.keys(all).length < 2 ? single : [...single, { attack: 'taken name', detail: 'every field at once', input: { ...base, ...all } }];
}
