export const delegationStrategies = ['dynamic', 'broadcast', 'decompose', 'round_robin', 'vote'] as const;

export type DelegationStrategy = (typeof delegationStrategies)[number];
