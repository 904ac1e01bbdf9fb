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

/** What people read where they allow them. */
export const scopeTexts: Readonly<Record<(typeof scopes)[number], string>> = {
  'analytics:read': 'See the figures of campaigns',
  'roulettes:read': 'See prize wheels, their items and who won what',
  'roulettes:write': 'See and set up prize wheels, and draw prizes',
  'supply:read': 'See centers, stock and withdrawals',
  'supply:write': 'See and set up centers and stock, and book withdrawals',
  'learning:read': 'See courses and how far people are',
  'learning:write': 'See and set up courses, enrol people and record their progress',
  'flows:read': 'See registration pages and who registered',
  'flows:write': 'See, publish and close registration pages',
};

/** Besides the usual ones a viewer, who looks at all of a business and changes nothing. */
export const roles: Readonly<Record<string, Role>> = {
  ...defaultTenancy.roles,
  viewer: { scopes: scopes.filter((scope) => scope.endsWith(':read')), administers: false },
};
