import { jsonObject } from './jwt.js';
import type { IdentityProvider, ProviderEvent, WebhookReading } from './provider.js';
import { MAX_SUBJECT_LENGTH } from './read-claims.js';
import { svixVerifier } from './svix.js';

type Members = Readonly<Record<string, unknown>>;

const NOTHING: WebhookReading = { is: 'events', events: [] };
const MAX_NAME_LENGTH = 200;

/** Reads what Clerk tells of users, organisations and memberships. Everything else it may tell is taken note of, and ignored. */
export function clerkEvents(secret: string): NonNullable<IdentityProvider['webhook']> {
  const faultIn = svixVerifier('CLERK_WEBHOOK_SECRET', secret);
  return (message, now) => {
    const fault = faultIn(message, now);
    if (fault !== undefined) return { is: 'forged', reason: fault };
    const told = jsonObject(message.body);
    const data = membersOf(told?.data);
    if (told === undefined || data === undefined || typeof told.type !== 'string') return { is: 'malformed', reason: 'no event' };
    const read = readers[told.type];
    if (!Object.hasOwn(readers, told.type) || read === undefined) return NOTHING;
    const event = read(data, momentIn(told.timestamp) ?? now);
    return event === undefined ? { is: 'malformed', reason: `no ${told.type}` } : { is: 'events', events: [event] };
  };
}

const readers: Readonly<Record<string, (data: Members, at: number) => ProviderEvent | undefined>> = {
  'user.deleted': (data, at) => {
    const subject = idIn(data.id);
    return subject === undefined ? undefined : { is: 'user_deleted', subject, at };
  },
  'user.updated': (data) => {
    const subject = idIn(data.id);
    return subject === undefined ? undefined : { is: 'user_updated', subject, email: verifiedEmailIn(data), name: nameIn(data) };
  },
  'organizationMembership.deleted': (data, at) => {
    const subject = idIn(membersOf(data.public_user_data)?.user_id);
    const organization = idIn(membersOf(data.organization)?.id);
    return subject === undefined || organization === undefined ? undefined : { is: 'membership_deleted', subject, organization, at };
  },
  'organization.deleted': (data, at) => {
    const organization = idIn(data.id);
    return organization === undefined ? undefined : { is: 'organization_deleted', organization, at };
  },
};

/** The address that is the user's first, where it is verified. */
function verifiedEmailIn({ email_addresses: addresses, primary_email_address_id: primary }: Members): string | null {
  const all = Array.isArray(addresses) ? addresses.map(membersOf) : [];
  const first = all.find((address) => address !== undefined && typeof primary === 'string' && address.id === primary);
  const email = first?.email_address;
  return membersOf(first?.verification)?.status === 'verified' && typeof email === 'string' && email.length <= 320 ? email : null;
}

function nameIn({ first_name: first, last_name: last }: Members): string | null {
  const name = [first, last].filter((part) => typeof part === 'string' && part.trim() !== '').join(' ');
  return name === '' ? null : name.slice(0, MAX_NAME_LENGTH);
}

function idIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_SUBJECT_LENGTH ? value : undefined;
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** Unix milliseconds. */
function momentIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
