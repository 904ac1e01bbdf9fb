import { slugFrom } from '../tickets/slug.js';
import { projects } from './content/projects.js';
import type { SampleTicket } from './content/shapes.js';
import { type Planted, type Soil, planted, within } from './sample.js';

/** Tickets are filed by day, those of one day one after the other. */
const FIRST_HOUR = 8;
const EACH_HOURS = 0.7;
/** What became of a ticket in a run, the run says. */
const DONE_AFTER_MS = 3 * 86_400_000;

export async function plantProjects({ db, user, id, ago }: Soil): Promise<Planted> {
  const rows = projects.map(({ key, name, description, repository }, i) => ({
    ...{ id: id(), name, description, repo_url: repository, created_by: user, created_at: ago(60 - i), updated_at: ago(60 - i) },
    ...{ settings: { language: 'en' }, git_config: { default_branch: 'main', branch_prefix: 'agent/' }, working_dir: `larkfield/${key}` },
  }));
  await db.insertInto('projects').values(rows).execute();
  return new Map(projects.map(({ key }, i) => [key, rows[i]?.id ?? '']));
}

export async function plantTickets(soil: Soil, projectIds: Planted): Promise<Planted> {
  const { db, id } = soil;
  const ids = new Map(projects.flatMap(({ key, tickets }) => tickets.map((ticket) => [within(key, ticket.key), id()] as const)));
  const of = projects.flatMap((project) =>
    project.tickets.map((ticket, i) => ({
      ticket,
      i,
      project: planted(projectIds, project.key),
      id: planted(ids, within(project.key, ticket.key)),
      key: project.key,
    })),
  );
  const rows = of.map(({ ticket, i, project, id: own }) => ({ id: own, project_id: project, ...rowOf(soil, ticket, i) }));
  await db.insertInto('tickets').values(rows).execute();
  const tags = of.flatMap(({ ticket, i, id: own }) =>
    ticket.tags.map((tag, position) => ({ id: id(), ticket_id: own, tag, position, created_at: filedAt(soil, ticket, i) })),
  );
  await db.insertInto('ticket_tags').values(tags).execute();
  const dependencies = of.flatMap(({ ticket: { after = [] }, id: own, key }) =>
    after.map((other, position) => ({ id: id(), ticket_id: own, depends_on_id: planted(ids, within(key, other)), position })),
  );
  await db.insertInto('ticket_dependencies').values(dependencies).execute();
  return ids;
}

const filedAt = ({ lastAt }: Soil, { age }: SampleTicket, i: number) => lastAt(FIRST_HOUR + i * EACH_HOURS, age - 1);

function rowOf(soil: Soil, ticket: SampleTicket, i: number) {
  const { user } = soil;
  const { title, description, criteria, status, priority, type, complexity, source } = ticket;
  const filed = filedAt(soil, ticket, i);
  return {
    ...{ title, description, status, priority, type, slug: slugFrom(title), acceptance_criteria: criteria ?? null, complexity: complexity ?? null },
    ...{ source: source ?? 'user', order_index: i, created_by: source === undefined ? user : null, created_at: filed },
    updated_at: status === 'done' ? filed + DONE_AFTER_MS : filed,
  };
}
