export const interpreters = ['auto', 'bash', 'sh', 'python3', 'node'] as const;
export const transports = ['stdio', 'http'] as const;

export type Interpreter = (typeof interpreters)[number];
export type Transport = (typeof transports)[number];
