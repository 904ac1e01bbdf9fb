import { describe, it } from 'vitest';
import { newerNode, noNewerNode } from '../../scripts/lib/newer-node.mjs';
import { say } from '../../scripts/lib/progress.mjs';

/**
 * Defines suites that need a newer Node, whose path they are given. Where there is none they say so, and fail only where everything
 * must hold.
 */
export function withNewerNode(title: string, wanted: string, define: (node: string) => void): void {
  const node = newerNode(wanted);
  describe(title, () => {
    if (node !== undefined) return define(node);
    it(`finds Node ${wanted} or later`, (context) => {
      const why = noNewerNode(wanted);
      if (process.env.CI !== undefined) throw new Error(why);
      say(`${title}: not run. ${why}`);
      context.skip(why);
    });
  });
}
