import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cycleThrough, isSatisfied, selectEdge } from '../src/pipelines/graph.js';
import type { conditions } from '../src/pipelines/values.js';
import type { Failed } from './support/client.js';
import { drafted } from './support/pipelines.js';
import { type Edge, ada, agentStep, app, edgePath, end, openPipelines, shown } from './support/pipeline-world.js';

const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';

beforeAll(openPipelines);
afterAll(() => app?.close());

describe('edges', () => {
  it('are created with 201 and every field; the condition is always unless given', async () => {
    const { id, steps } = await drafted(ada, 'one edge', { a: agentStep(), z: end }, []);
    const { status, json } = await ada.post(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z });
    expect(status).toBe(201);
    expect(json).toEqual({
      ...{ id: expect.stringMatching(/^[0-9a-f-]{36}$/), pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z, condition: 'always' },
      ...{ metadata: {}, order_index: 0, created_at: expect.any(String), updated_at: expect.any(String) },
    });
    expect((await ada.get(`${edgePath}/${json.id}`)).json).toEqual(json);
    expect((await ada.get(`${edgePath}?pipeline_id=${id}`)).json).toEqual([json]);
    expect((await ada.patch(`${edgePath}/${json.id}`, { condition: 'on_review_pass', metadata: { label: 'ok' } })).json).toMatchObject({
      ...{ condition: 'on_review_pass', metadata: { label: 'ok' }, source_step_id: steps.a },
    });
    expect((await ada.post<Failed>(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z, condition: 'sometimes' })).status).toBe(400);
    expect((await ada.delete(`${edgePath}/${json.id}`)).status).toBe(204);
    expect((await ada.get(`${edgePath}/${json.id}`)).json).toMatchObject({ code: 'not_found', error: 'There is no edge with this id.' });
  });

  it('may not close a cycle, however long: 409 names it, and nothing changes', async () => {
    const { id, steps } = await drafted(ada, 'round', { Plan: agentStep(), Build: agentStep(), Review: agentStep(), Other: agentStep() }, [
      ['Plan', 'Build'],
      ['Build', 'Review'],
    ]);
    const { status, json } = await ada.post<Failed>(edgePath, {
      pipeline_id: id,
      source_step_id: steps.Review,
      target_step_id: steps.Plan,
      condition: 'on_fail',
    });
    expect({ status, code: json.code, error: json.error }).toEqual({
      status: 409,
      code: 'conflict',
      error: 'This would close a cycle: "Review" → "Plan" → "Build" → "Review".',
    });
    const { id: harmless } = (await ada.post(edgePath, { pipeline_id: id, source_step_id: steps.Review, target_step_id: steps.Other })).json;
    expect((await ada.patch(`${edgePath}/${harmless}`, { target_step_id: steps.Build })).status).toBe(409);
    expect((await shown(id)).edges).toHaveLength(3);
  });

  it('never form a cycle, even when its halves are asked for at once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { id, steps } = await drafted(ada, `halves ${round}`, { l: agentStep(), r: agentStep() }, []);
      const half = (from: string, to: string) => ada.post(edgePath, { pipeline_id: id, source_step_id: steps[from], target_step_id: steps[to] });
      const both = await Promise.all([half('l', 'r'), half('r', 'l')]);
      expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    }
  });

  it('do not lead from a step to itself, nor on from a terminal step', async () => {
    const { id, steps } = await drafted(ada, 'self', { a: agentStep(), z: end, f: { step_type: 'terminal_fail' } }, []);
    const self = await ada.post<Failed>(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.a });
    expect({ status: self.status, fields: Object.keys(self.json.fields) }).toEqual({ status: 400, fields: ['target_step_id'] });
    for (const source_step_id of [steps.z, steps.f]) {
      const { status, json } = await ada.post<Failed>(edgePath, { pipeline_id: id, source_step_id, target_step_id: steps.a });
      expect({ status, fields: Object.keys(json.fields) }).toEqual({ status: 400, fields: ['source_step_id'] });
    }
  });

  it('join steps of one pipeline: 404 for a step of another one and for none at all', async () => {
    const here = await drafted(ada, 'here', { a: agentStep(), z: end }, []);
    const there = await drafted(ada, 'there', { a: agentStep(), z: end }, []);
    for (const stranger of [there.steps.z, UNKNOWN]) {
      const { status, json } = await ada.post<Failed>(edgePath, { pipeline_id: here.id, source_step_id: here.steps.a, target_step_id: stranger });
      expect({ status, code: json.code, fields: Object.keys(json.fields) }).toEqual({ status: 404, code: 'not_found', fields: ['target_step_id'] });
    }
    expect((await ada.post(edgePath, { pipeline_id: UNKNOWN, source_step_id: here.steps.a, target_step_id: here.steps.z })).status).toBe(404);
  });

  it('between two steps have different conditions: 409 names the one that is there', async () => {
    const { id, steps } = await drafted(ada, 'twice', { a: agentStep(), z: end }, [['a', 'z', 'on_pass']]);
    const again = (condition: string) => ada.post<Failed & Edge>(edgePath, { pipeline_id: id, source_step_id: steps.a, target_step_id: steps.z, condition });
    const [there] = (await shown(id)).edges;
    const { status, json } = await again('on_pass');
    expect([status, json.error, json.next]).toEqual([409, expect.stringContaining(String(there?.id)), expect.stringContaining('pipeline_edges_update')]);
    expect((await again('on_fail')).status).toBe(201);
  });
});

describe('edge selection', () => {
  const edge = (target_step_id: string, condition: (typeof conditions)[number]) => ({ target_step_id, condition });

  it.each([
    ['always', true, true],
    ['on_pass', true, false],
    ['on_review_pass', true, false],
    ['on_fail', false, true],
    ['on_review_fail', false, true],
  ] as const)('%s is satisfied after a pass: %s, after a failure: %s', (condition, afterPass, afterFailure) => {
    expect([isSatisfied(condition, true), isSatisfied(condition, false)]).toEqual([afterPass, afterFailure]);
  });

  it('follows the first edge, in order, that is satisfied', () => {
    const edges = [edge('a', 'on_fail'), edge('b', 'on_pass'), edge('c', 'always')];
    expect([selectEdge(edges, true)?.target_step_id, selectEdge(edges, false)?.target_step_id]).toEqual(['b', 'a']);
    expect(selectEdge([edge('c', 'always'), ...edges], false)?.target_step_id).toBe('c');
  });

  it('follows none where none is satisfied', () => {
    expect(selectEdge([edge('a', 'on_fail'), edge('b', 'on_review_fail')], true)).toBeUndefined();
    expect(selectEdge([], false)).toBeUndefined();
  });
});

describe('cycles', () => {
  it('are found through any way, and told from a shared step', () => {
    const arrow = (source_step_id: string, target_step_id: string) => ({ source_step_id, target_step_id });
    const diamond = [arrow('a', 'b'), arrow('a', 'c'), arrow('b', 'd'), arrow('c', 'd')];
    expect(cycleThrough(diamond, 'a', 'd')).toBeUndefined();
    expect(cycleThrough(diamond, 'd', 'a')).toEqual(['d', 'a', 'b', 'd']);
    expect(cycleThrough(diamond, 'c', 'b')).toBeUndefined();
  });
});
