import type { TicketPriority, TicketStatus, TicketType } from '../../tickets/values.js';

/** What a ticket of the sample workspace says. Keys are names within the sample; they are stored nowhere. */
export interface SampleTicket {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly criteria?: string;
  readonly status: TicketStatus;
  readonly priority: TicketPriority;
  readonly type: TicketType;
  readonly complexity?: number;
  readonly tags: readonly string[];
  /** Keys of tickets of the same project that must be done before. */
  readonly after?: readonly string[];
  /** The role that filed it. @default a person */
  readonly source?: string;
  /** Days ago, begun ones counted as whole. */
  readonly age: number;
}

export interface SampleProject {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly repository: string;
  readonly tickets: readonly SampleTicket[];
}
