import type { Condition, StepType } from './values.js';

/** What of a step counts for the shape of its pipeline. */
export interface Node {
  readonly id: string;
  readonly name: string;
  readonly step_type: StepType;
}

export interface Arrow {
  readonly source_step_id: string;
  readonly target_step_id: string;
}

export interface Outgoing {
  readonly target_step_id: string;
  readonly condition: Condition;
}

export interface Problem {
  readonly path: string;
  readonly message: string;
}

export const isTerminal = (type: StepType): boolean => type === 'terminal' || type === 'terminal_fail';

/** Steps at which a run could begin. */
export function entriesOf<N extends Node>(steps: readonly N[], edges: readonly Arrow[]): readonly N[] {
  const entered = new Set(edges.map(({ target_step_id }) => target_step_id));
  return steps.filter(({ id }) => !entered.has(id));
}

/** All that keeps a pipeline from being run; its edges form no cycle, so that from a single entry every step can be reached. */
export function problemsOf(steps: readonly Node[], edges: readonly Arrow[]): readonly Problem[] {
  if (steps.length === 0) return [{ path: 'steps', message: 'It has no steps: it needs an entry and a terminal step' }];
  const problems: Problem[] = [];
  const entries = entriesOf(steps, edges);
  if (entries.length > 1) {
    const named = entries.map(({ name }) => `"${name}"`).join(', ');
    problems.push({ path: 'edges', message: `Exactly one step may be without an incoming edge, and ${entries.length} are: ${named}` });
  }
  if (!steps.some(({ step_type }) => isTerminal(step_type))) {
    problems.push({ path: 'steps', message: 'It has no step of the type terminal or terminal_fail, where a run ends' });
  }
  return problems;
}

/** The steps of the cycle that an edge from `source` to `target` would close, from `source` back to it; undefined where there is none. */
export function cycleThrough(edges: readonly Arrow[], source: string, target: string): readonly string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { source_step_id, target_step_id } of edges) {
    const list = next.get(source_step_id);
    if (list === undefined) next.set(source_step_id, [target_step_id]);
    else list.push(target_step_id);
  }
  const cameFrom = new Map<string, string | undefined>([[target, undefined]]);
  for (const at of cameFrom.keys()) {
    if (at === source) return [source, ...pathTo(source, cameFrom)];
    for (const to of next.get(at) ?? []) if (!cameFrom.has(to)) cameFrom.set(to, at);
  }
  return undefined;
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] {
  const path: string[] = [];
  for (let at: string | undefined = end; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
  return path;
}

/** Whether an edge with this condition may be followed from a step that passed, or did not. */
export function isSatisfied(condition: Condition, passed: boolean): boolean {
  switch (condition) {
    case 'always':
      return true;
    case 'on_pass':
    case 'on_review_pass':
      return passed;
    case 'on_fail':
    case 'on_review_fail':
      return !passed;
  }
}

/** The edge that a run follows: of those that leave a step, in their order, the first that is satisfied. Without one the run ends. */
export function selectEdge<E extends Outgoing>(edges: readonly E[], passed: boolean): E | undefined {
  return edges.find(({ condition }) => isSatisfied(condition, passed));
}
