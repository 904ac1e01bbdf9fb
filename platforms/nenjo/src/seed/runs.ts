import { slugFrom } from '../tickets/slug.js';
import { chats } from './content/chats.js';
import { projects } from './content/projects.js';
import { type SampleRun, runs } from './content/runs.js';
import { reviewer } from './content/team.js';
import { type Planted, type Soil, planted, within } from './sample.js';

const STEP_MS = 12 * 60_000;
/** As the schedule of the nightly pipeline has it. */
const NIGHT_HOUR = 3;

export async function plantRuns(soil: Soil, projectIds: Planted, ticketIds: Planted, pipelineIds: Planted): Promise<void> {
  const rows = runs.map((run) => ({ run, row: runRow(soil, run, { projectIds, ticketIds, pipelineIds }) }));
  await soil.db
    .insertInto('executions')
    .values(rows.map(({ row }) => row))
    .execute();
  for (const { run, row } of rows) await markTicket(soil, run, row);
}

interface Ids {
  readonly projectIds: Planted;
  readonly ticketIds: Planted;
  readonly pipelineIds: Planted;
}

function runRow({ id, user, ago, lastAt }: Soil, run: SampleRun, { projectIds, ticketIds, pipelineIds }: Ids) {
  const { pipeline, project, ticket, age, status, input = null, results, at } = run;
  const own = id();
  const isCron = ticket === undefined;
  const step = (name: string) => planted(pipelineIds, within(pipeline, name));
  const began = isCron ? lastAt(NIGHT_HOUR, age) : ago(age);
  const moment = (steps: number) => Math.min(began + steps * STEP_MS, ago(0));
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
      created_at: began,
      started_at: at === undefined ? null : began,
      finished_at: ended ? last : null,
      updated_at: last,
    },
  };
}

/** A run takes its ticket along: when it starts, when a review fails, and when it ends. */
async function markTicket({ db }: Soil, { results }: SampleRun, { ticket_id, step_results, started_at, finished_at }: ReturnType<typeof runRow>) {
  if (ticket_id === null || started_at === null) return;
  const failed = step_results[results.findLastIndex(([step, passed]) => isReview(step) && !passed)];
  const source = failed === undefined ? {} : { source: reviewer.name };
  await db
    .updateTable('tickets')
    .set({ ...source, updated_at: finished_at ?? failed?.finished_at ?? started_at })
    .where('id', '=', ticket_id)
    .execute();
}

const isReview = (step: string) => step.toLowerCase().includes('review');

/** What the last review said, where it failed. */
function feedbackOf(results: SampleRun['results']): string | null {
  const last = results.findLast(([step]) => isReview(step));
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
