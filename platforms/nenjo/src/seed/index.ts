import { type Refusal, type SeedContext, refuse } from 'gatehouse';
import type { Database } from '../tables.js';
import { pipelines } from './content/pipelines.js';
import { projects } from './content/projects.js';
import { runs } from './content/runs.js';
import { agents } from './content/team.js';
import { documents } from './content/workshop.js';
import { plantPipelines } from './pipelines.js';
import { plantProjects, plantTickets } from './projects.js';
import { plantChats, plantRuns } from './runs.js';
import { soilOf } from './sample.js';
import { plantAgents, plantAssignments, plantCouncil, plantRoles } from './team.js';
import { plantDocuments, plantWorkshop } from './workshop.js';

/** Three projects of a product team, and the week behind it. The same each time, but for ids and for times, which end now. */
export async function seed(context: SeedContext<Database>): Promise<Readonly<Record<string, number>> | Refusal> {
  const { user } = context;
  if (user === null) return refuse('invalid_input', 'A workspace belongs to a person here, as its roles do: give --user.');
  return context.tx(async ({ db }) => {
    const there = await db.selectFrom('projects').select('name').orderBy('created_at').limit(1).executeTakeFirst();
    if (there !== undefined) {
      return refuse('conflict', `The space has projects already, such as "${there.name}": only one without any is filled. Give another --user.`);
    }
    const soil = soilOf(db, user, context);
    const projectIds = await plantProjects(soil);
    const ticketIds = await plantTickets(soil, projectIds);
    const agentIds = await plantAgents(soil);
    const roles = await plantRoles(soil, agentIds);
    const council = await plantCouncil(soil, await plantAssignments(soil, agentIds, roles));
    const lambdas = await plantWorkshop(soil, roles);
    const pipelineIds = await plantPipelines(soil, projectIds, { roles, lambdas, council });
    await plantDocuments(soil, projectIds);
    await plantRuns(soil, projectIds, ticketIds, pipelineIds);
    await plantChats(soil, projectIds, agentIds);
    return counted();
  });
}

function counted() {
  return {
    projects: projects.length,
    tickets: projects.reduce((sum, { tickets }) => sum + tickets.length, 0),
    agents: agents.length,
    pipelines: pipelines.length,
    executions: runs.length,
    documents: documents.length,
  };
}
