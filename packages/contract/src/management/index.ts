export * from './keys.js';
export * from './tenants.js';
