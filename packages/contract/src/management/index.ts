export * from './grants.js';
export * from './keys.js';
export * from './members.js';
export * from './sessions.js';
export * from './tenants.js';
