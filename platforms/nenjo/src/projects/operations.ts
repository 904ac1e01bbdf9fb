import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { again, line, openObject, page, uuid } from '../fields.js';
import { isRepoUrl } from './repo-url.js';

const project = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  repo_url: z.string().nullable(),
  git_config: z.record(z.string(), z.unknown()),
  working_dir: z.string().nullable(),
  created_by: z.string().nullable().describe('The user who made it'),
  created_at: timestamp(),
  updated_at: timestamp(),
});

const name = line(200);
const description = z.string().max(20_000).nullable().describe('What it is about; agents are told');
const settings = openObject().describe('For workers; kept as it is');
const repoUrl = z
  .string()
  .max(2000)
  .refine(isRepoUrl, 'Must be an https, ssh or git address of a repository, without a password in it')
  .nullable()
  .describe('Such as https://github.com/acme/app.git');
const gitConfig = openObject().describe('For workers, such as the target branch. No secrets');
const workingDir = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .refine((folder) => !/\p{Cc}/u.test(folder), 'Must be one line')
  .nullable()
  .describe('The folder on a worker');
const id = uuid();

export const listProjects = defineOperation({
  name: 'projects_list',
  title: 'List projects',
  description: 'Lists projects, newest first. Use it to find the project_id that tickets need.',
  access: { scope: 'projects:read' },
  input: z.object(page),
  output: z.array(project),
  effect: 'read',
  rest: { method: 'GET', path: '/projects' },
});

export const getProject = defineOperation({
  name: 'projects_get',
  title: 'Get a project',
  description: 'Shows one project with its repository, settings and git configuration. Use projects_list to find its id.',
  access: { scope: 'projects:read' },
  input: z.object({ id }),
  output: project,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/projects/:id' },
});

export const createProject = defineOperation({
  name: 'projects_create',
  title: 'Create a project',
  description: 'Creates a project, which is a repository and what is to be done in it. Tickets are then filed in it with tickets_create.',
  access: { scope: 'projects:write' },
  input: z.object({
    name,
    description: description.default(null),
    settings: settings.default({}),
    repo_url: repoUrl.default(null),
    git_config: gitConfig.default({}),
    working_dir: workingDir.default(null),
  }),
  output: project,
  effect: 'create',
  rest: { method: 'POST', path: '/projects' },
});

export const updateProject = defineOperation({
  name: 'projects_update',
  title: 'Update a project',
  description:
    'Changes the given fields (see projects_create) of a project and leaves the others. settings and git_config are replaced as a whole; null clears description, repo_url and working_dir.',
  access: { scope: 'projects:write' },
  input: z.object({
    id,
    name: again(name),
    description: again(description),
    settings: again(settings),
    repo_url: again(repoUrl),
    git_config: again(gitConfig),
    working_dir: again(workingDir),
  }),
  output: project,
  errors: ['not_found'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/projects/:id' },
});
