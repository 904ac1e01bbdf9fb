import { randomBytes, randomUUID } from 'node:crypto';
import type { Logger } from '../adapters/log.js';
import type { Config } from '../config.js';
import type { Platform } from '../runtime/platform.js';
import type { Limits } from '../services/limits/limits.js';
import type { Mailer } from '../services/mail.js';
import { courier } from '../services/members/courier.js';
import { InvitationService } from '../services/members/invitations.js';
import { MemberService } from '../services/members/members.js';
import type { Store } from '../store/store.js';

export interface MembersWiring {
  readonly options: {
    readonly platform: Platform;
    readonly config: Pick<Config, 'development' | 'publicUrl' | 'signIn'>;
    readonly logger: Pick<Logger, 'log'>;
    /** @default standard error */
    readonly print?: (text: string) => void;
  };
  readonly store: Store;
  readonly limits: Limits;
  readonly now: () => number;
}

/** Members and invitations. */
export function wireMembers({ options, store, limits, now }: MembersWiring) {
  const { platform, config, logger, print = (text) => process.stderr.write(text) } = options;
  const { mail } = config.signIn;
  const { log } = logger;
  let ours = config.publicUrl;
  let mailer: Promise<Mailer> | undefined;
  const common = { store, tenancy: platform.tenancy, scopes: platform.scopes, limits, newId: randomUUID, now };
  const members = new MemberService(common);
  const deliver = courier({
    platform: platform.title,
    mailer:
      mail === undefined
        ? undefined
        : () => {
            mailer ??= import('../services/mail.js').then(({ createMailer }) => createMailer({ ...mail, log }));
            return mailer;
          },
    print: config.development ? print : undefined,
    origin: () => ours,
  });
  return {
    members,
    invitations: new InvitationService({ ...common, members, random: randomBytes, deliver }),
    /** Where we listen: links begin with it, unless the configuration says how others reach us. */
    listensAt(url: string): void {
      ours ??= url;
    },
  };
}
