import type { Operation } from '@gatehouse/contract';

/** The status of a call that did what was asked. */
export function successStatus({ rest, effect }: Operation): number {
  return rest?.status ?? (effect === 'create' ? 201 : 200);
}

/** Whether answers have an entity tag: what is read, as it is, and may be kept. */
export function hasEntityTag(op: Operation): boolean {
  return successStatus(op) === 200 && op.effect === 'read' && op.rest?.method === 'GET' && op.secretOutput !== true;
}
