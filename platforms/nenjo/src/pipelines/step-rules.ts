import { type Refusal, refuse } from 'gatehouse';
import { uuid } from '../fields.js';
import { durationMs } from './duration.js';
import type { StepType } from './values.js';

const idFields = ['agent_id', 'council_id', 'role_id', 'lambda_id'] as const;
type IdField = (typeof idFields)[number];

export type StepIds = { readonly [Field in IdField]: string | null };

/** The ids that a caller put at the top of a step. */
export type GivenIds = { readonly [Field in IdField]?: string | null | undefined };

export interface StepShape extends StepIds {
  readonly step_type: StepType;
  readonly config: Record<string, unknown>;
}

/** Of these ids a step of the type needs one, and takes no other. */
const takes: Readonly<Record<StepType, readonly IdField[]>> = {
  agent: ['agent_id', 'role_id'],
  gate: ['agent_id', 'role_id'],
  council: ['council_id'],
  lambda: ['lambda_id'],
  cron: ['role_id', 'lambda_id'],
  terminal: [],
  terminal_fail: [],
};

const cronDefaults = { interval: '60s', timeout: '24h' } as const;

/** Ids that may sit in `config` as well as at the top. */
const inConfig = ['role_id', 'lambda_id'] as const;

interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Moves ids out of `config` to the top, so that each has one place. `given`: the ids that the caller put at the top. */
export function lifted<Step extends StepShape>(step: Step, given: GivenIds): Step | Refusal {
  const config = { ...step.config };
  const ids: { -readonly [Field in IdField]?: string } = {};
  const issues: Issue[] = [];
  for (const field of inConfig) {
    const value = config[field];
    delete config[field];
    if (value === undefined || value === null) continue;
    const parsed = uuid().safeParse(value);
    if (!parsed.success) issues.push({ path: `config.${field}`, message: 'Must be a UUID' });
    else if ((given[field] ?? parsed.data) !== parsed.data)
      issues.push({ path: `config.${field}`, message: `Is not the ${field} that is given beside config` });
    else ids[field] = parsed.data;
  }
  return issues.length === 0 ? { ...step, ...ids, config } : invalid(issues);
}

/** The step with its defaults filled in, or all that its type forbids. */
export function checkedStep<Step extends StepShape>(step: Step): Step | Refusal {
  const issues = [...idIssues(step), ...cronIssues(step)];
  if (issues.length > 0) return invalid(issues);
  return step.step_type === 'cron' ? { ...step, config: { ...cronDefaults, ...step.config } } : step;
}

function idIssues(step: StepShape): readonly Issue[] {
  const allowed = takes[step.step_type];
  const article = step.step_type === 'agent' ? 'An' : 'A';
  const foreign = idFields.filter((field) => step[field] !== null && !allowed.includes(field));
  const issues = foreign.map((field) => ({ path: field, message: `${article} ${step.step_type} step has none: must be null` }));
  const [first] = allowed;
  if (first === undefined || allowed.some((field) => step[field] !== null)) return issues;
  return [...issues, { path: first, message: `${article} ${step.step_type} step needs ${allowed.join(' or ')}` }];
}

function cronIssues({ step_type, config }: StepShape): readonly Issue[] {
  if (step_type !== 'cron') return [];
  return (['interval', 'timeout'] as const).flatMap((field) => {
    const value = config[field];
    if (value === undefined || (typeof value === 'string' && durationMs(value) !== undefined)) return [];
    return [{ path: `config.${field}`, message: 'Must be a duration such as 30s, 5m, 2h or 1h30m' }];
  });
}

function invalid(fields: readonly Issue[]): Refusal {
  return refuse('invalid_input', fields.map(({ path, message }) => `${path}: ${message}`).join('; '), { fields });
}
