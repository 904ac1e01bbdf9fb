export const statuses = ['open', 'ready', 'in_progress', 'done'] as const;
export const priorities = ['low', 'medium', 'high', 'critical'] as const;
export const types = ['bug', 'feature', 'task'] as const;

export type TicketStatus = (typeof statuses)[number];
export type TicketPriority = (typeof priorities)[number];
export type TicketType = (typeof types)[number];
