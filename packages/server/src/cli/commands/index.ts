import { Refusal } from '../../index.js';
import { type Reply, UsageError, failedReply } from '../failure.js';
import type { Command, Given, Site } from './command.js';
import { listClients, removeClient } from './clients.js';
import { backup, restore } from './copies.js';
import { doctorClients } from './doctor-clients.js';
import { doctorIsolation } from './doctor.js';
import { deleteTenant, deleteUser, exportTenant } from './endings.js';
import { listGrants, revokeGrant } from './grants.js';
import { keyRules } from './key-rules.js';
import { importKeys } from './key-file.js';
import { createKey, disableKey, enableKey, importKey, listKeys, revokeKey, rotateKey } from './keys.js';
import { listMembers, removeMember, setRole } from './members.js';
import { migrate } from './migrate.js';
import { seed } from './seed.js';
import { createSession, listSessions, revokeSession } from './sessions.js';
import { listSigningKeys, rotateSigningKey } from './signing-keys.js';
import { createTenant, createUser, listTenants, listUsers, setPlan } from './people.js';

export const commands: readonly Command[] = [
  createKey,
  listKeys,
  revokeKey,
  disableKey,
  enableKey,
  rotateKey,
  importKey,
  importKeys,
  keyRules,
  createSession,
  listSessions,
  revokeSession,
  listGrants,
  revokeGrant,
  listClients,
  removeClient,
  listSigningKeys,
  rotateSigningKey,
  createUser,
  listUsers,
  deleteUser,
  createTenant,
  listTenants,
  exportTenant,
  deleteTenant,
  listMembers,
  setRole,
  removeMember,
  setPlan,
  seed,
  migrate,
  backup,
  restore,
  doctorClients,
  doctorIsolation,
];

/** Runs one command where it is: a server that runs and the command line's own process both go this way. */
export async function execute(command: Command, given: Given, site: Site, now: number): Promise<Reply> {
  const work = command.prepare?.(given, now) ?? new UsageError('This command is not done by a server.');
  if (work instanceof UsageError) return failedReply(work);
  const answer = await work(site);
  return answer instanceof Refusal ? failedReply(answer) : { ok: true, value: answer };
}
