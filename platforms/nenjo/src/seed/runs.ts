import { slugFrom } from '../tickets/slug.js';
import { chats } from './content/chats.js';
import { projects } from './content/projects.js';
import { type SampleRun, runs } from './content/runs.js';
import { type Planted, type Soil, planted, within } from './sample.js';

/** A step takes twelve minutes. */
const STEP_DAYS = 12 / 1440;

export async function plantRuns(soil: Soil, projectIds: Planted, ticketIds: Planted, pipelineIds: Planted): Promise<void> {
  const rows = runs.map((run) => runRow(soil, run, { projectIds, ticketIds, pipelineIds }));
  await soil.db.insertInto('executions').values(rows).execute();
}

interface Ids {
  readonly projectIds: Planted;
  readonly ticketIds: Planted;
  readonly pipelineIds: Planted;
}

function runRow({ id, user, ago }: Soil, run: SampleRun, { projectIds, ticketIds, pipelineIds }: Ids) {
  const { pipeline, project, ticket, age, status, input = null, results, at } = run;
  const own = id();
  const isCron = ticket === undefined;
  const step = (name: string) => planted(pipelineIds, within(pipeline, name));
  const moment = (steps: number) => ago(Math.max(age - steps * STEP_DAYS, 0));
  const last = moment(results.length);
  const ended = status === 'completed' || status === 'failed' || status === 'cancelled';
  return {
    ...{ id: own, project_id: planted(projectIds, project), pipeline_id: planted(pipelineIds, pipeline), status, initial_input: input },
    ticket_id: isCron ? null : planted(ticketIds, within(project, ticket)),
    is_cron_trigger: isCron,
    current_step_id: at === undefined ? null : step(at),
    step_results: results.map(([name, passed, output], i) => ({ step_id: step(name), step_name: name, passed, output, finished_at: moment(i + 1) })),
    gate_feedback: feedbackOf(results),
    git_branch: isCron ? null : `agent/${own}/${slugOf(project, ticket)}`,
    error: status === 'failed' ? `The run ended at "${at ?? ''}".` : null,
    metadata: {},
    ...{
      created_by: isCron ? null : user,
      created_at: ago(age),
      started_at: at === undefined ? null : ago(age),
      finished_at: ended ? last : null,
      updated_at: last,
    },
  };
}

/** What the last review said, where it failed. */
function feedbackOf(results: SampleRun['results']): string | null {
  const last = results.findLast(([step]) => step.toLowerCase().includes('review'));
  return last === undefined || last[1] ? null : last[2];
}

function slugOf(project: string, ticket: string): string {
  const found = projects.find(({ key }) => key === project)?.tickets.find(({ key }) => key === ticket);
  return slugFrom(found?.title ?? '');
}

/** Five minutes between two messages. */
const MESSAGE_DAYS = 5 / 1440;

export async function plantChats({ db, id, user, ago }: Soil, projectIds: Planted, agentIds: Planted): Promise<void> {
  for (const { title, project, agent, age, messages } of chats) {
    const own = id();
    const [from, to] = [ago(age), ago(age - (messages.length - 1) * MESSAGE_DAYS)];
    const of = { project_id: planted(projectIds, project), agent_id: planted(agentIds, agent), created_by: user };
    await db
      .insertInto('chat_sessions')
      .values({ id: own, title, ...of, created_at: from, updated_at: to })
      .execute();
    const rows = messages.map(([role, content], i) => ({
      ...{ id: id(), session_id: own, position: i + 1, role, content, metadata: {}, created_by: role === 'user' ? user : null },
      created_at: ago(age - i * MESSAGE_DAYS),
    }));
    await db.insertInto('chat_messages').values(rows).execute();
  }
}
