import { createHash } from 'node:crypto';
import { documents, lambdas, mcpServers, modes, skills } from './content/workshop.js';
import { type Planted, type Soil, planted } from './sample.js';

/** Skills, which roles have, lambdas, modes and servers. Answers the lambdas. */
export async function plantWorkshop({ db, user, id, ago }: Soil, roleIds: Planted): Promise<Planted> {
  const at = ago(45);
  const own = { created_by: user, created_at: at, updated_at: at };
  const skillRows = skills.map(({ role: _, ...skill }) => ({ ...skill, ...own, id: id() }));
  await db.insertInto('skills').values(skillRows).execute();
  const given = skills.map(({ role }, i) => ({ id: id(), role_id: planted(roleIds, role), skill_id: skillRows[i]?.id ?? '', position: 0, created_at: at }));
  await db.insertInto('agent_role_skills').values(given).execute();
  const lambdaRows = lambdas.map((lambda) => ({ ...lambda, ...own, id: id() }));
  await db.insertInto('lambdas').values(lambdaRows).execute();
  await db
    .insertInto('modes')
    .values(modes.map((mode) => ({ ...mode, ...own, id: id() })))
    .execute();
  await db
    .insertInto('mcp_servers')
    .values(mcpServers.map((server) => ({ ...server, ...own, id: id(), is_active: true })))
    .execute();
  return new Map(lambdaRows.map(({ name, id: made }) => [name as string, made]));
}

export async function plantDocuments({ db, user, id, ago }: Soil, projectIds: Planted): Promise<void> {
  for (const { project, filename, age, content } of documents) {
    const [own, at, bytes] = [id(), ago(age), Buffer.from(content)];
    await db
      .insertInto('documents')
      .values({
        ...{ id: own, project_id: planted(projectIds, project), filename, content_type: 'text/markdown', size_bytes: bytes.byteLength },
        ...{ sha256: createHash('sha256').update(bytes).digest('hex'), created_by: user, created_at: at, updated_at: at },
      })
      .execute();
    await db.insertInto('document_contents').values({ id: own, content: bytes }).execute();
  }
}
