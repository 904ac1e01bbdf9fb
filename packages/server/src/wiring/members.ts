import { randomBytes, randomUUID } from 'node:crypto';
import type { Config } from '../config.js';
import type { KeyFormat } from '../domain/key-format.js';
import type { Platform } from '../runtime/platform.js';
import type { Jobs } from '../services/jobs.js';
import type { Limits } from '../services/limits/limits.js';
import type { Mailer } from '../services/mail.js';
import { courier } from '../services/members/courier.js';
import { InvitationService } from '../services/members/invitations.js';
import { MemberService } from '../services/members/members.js';
import { ServiceKeys } from '../services/service-keys.js';
import { EndingService } from '../services/tenants/endings.js';
import { ExportService } from '../services/tenants/export.js';
import type { Store } from '../store/store.js';

export interface MembersWiring {
  readonly options: {
    readonly platform: Platform;
    readonly config: Pick<Config, 'development' | 'publicUrl'>;
    /** @default standard error */
    readonly print?: (text: string) => void;
  };
  readonly store: Store;
  readonly limits: Limits;
  readonly jobs: Jobs;
  readonly mailer: Mailer | undefined;
  readonly now: () => number;
}

/** Members and invitations, keys of no tenant, and what is exported and deleted. */
export function wireMembers({ options, store, limits, jobs, mailer, now }: MembersWiring) {
  const { platform, config, print = (text) => process.stderr.write(text) } = options;
  let ours = config.publicUrl;
  const common = { store, tenancy: platform.tenancy, scopes: platform.scopes, limits, newId: randomUUID, now };
  const members = new MemberService(common);
  const deliver = courier({
    platform: platform.title,
    mailer,
    print: config.development ? print : undefined,
    origin: () => ours,
  });
  return {
    members,
    invitations: new InvitationService({ ...common, members, random: randomBytes, deliver }),
    endings: new EndingService({ store, tenancy: platform.tenancy, jobs, now }),
    exports: new ExportService({ store, tables: platform.tables, now }),
    serviceKeys: new ServiceKeys({ store, format: serviceFormat(platform), random: randomBytes, newId: platform.keys.id ?? randomUUID, now }),
    /** Where we listen: links begin with it, unless the configuration says how others reach us. */
    listensAt(url: string): void {
      ours ??= url;
    },
  };
}

function serviceFormat({ keys: { servicePrefix, checksum, displayLength } }: Platform): KeyFormat | undefined {
  return servicePrefix === undefined ? undefined : { prefix: servicePrefix, checksum, displayLength };
}
