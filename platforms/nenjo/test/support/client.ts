export * from '../../../../test/support/client.js';
