export const triggers = ['ticket.ready', 'cron'] as const;
export const stepTypes = ['agent', 'council', 'gate', 'cron', 'lambda', 'terminal', 'terminal_fail'] as const;
export const conditions = ['always', 'on_pass', 'on_fail', 'on_review_pass', 'on_review_fail'] as const;

export type Trigger = (typeof triggers)[number];
export type StepType = (typeof stepTypes)[number];
export type Condition = (typeof conditions)[number];
