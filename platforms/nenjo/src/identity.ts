import { type PlatformSpec, clerk } from 'gatehouse';

/** What `identity` reads from the environment. */
export const settings = ['CLERK_ISSUER', 'CLERK_AUTHORIZED_PARTIES', 'CLERK_WEBHOOK_SECRET'] as const;

/** People come with Clerk session tokens. Without an issuer nobody does, and every such token is refused. */
export const identity: NonNullable<PlatformSpec['identity']> = ({
  settings: { CLERK_ISSUER: issuer, CLERK_AUTHORIZED_PARTIES: authorizedParties, CLERK_WEBHOOK_SECRET: webhookSecret },
  development,
}) => (issuer === undefined ? [] : [clerk({ issuer, authorizedParties, webhookSecret, development })]);
