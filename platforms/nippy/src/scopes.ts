import { type Role, defaultTenancy } from 'gatehouse';

/** Of five verticals; a key may be limited to some of them, and to reading. Analytics only reads. */
export const scopes = [
  'analytics:read',
  'roulettes:read',
  'roulettes:write',
  'supply:read',
  'supply:write',
  'learning:read',
  'learning:write',
  'flows:read',
  'flows:write',
] as const;

/** Besides the usual ones a viewer, who looks at all of a business and changes nothing. */
export const roles: Readonly<Record<string, Role>> = {
  ...defaultTenancy.roles,
  viewer: { scopes: scopes.filter((scope) => scope.endsWith(':read')), administers: false },
};
