import type { Operation } from '@gatehouse/contract';
import type { Platform } from '../../runtime/platform.js';
import { PreparedLists } from './lists.js';
import { type Prompt, promptsOf } from './prompts.js';
import { Resources } from './resources.js';
import { type Tool, toolsOf } from './tools.js';

/** All that is offered to clients, each operation described once, and the lists of it. */
export interface Offer {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly resources: Resources;
  readonly prompts: ReadonlyMap<string, Prompt>;
  readonly lists: Readonly<Record<'tools' | 'resources' | 'templates' | 'prompts', PreparedLists>>;
}

export function offerOf(operations: readonly Operation[], platform: Pick<Platform, 'mcp' | 'present'>): Offer {
  const tools = toolsOf(operations, platform);
  const resources = new Resources(operations);
  const prompts = promptsOf(operations);
  return {
    tools,
    resources,
    prompts,
    lists: {
      tools: new PreparedLists('tools', tools.values()),
      resources: new PreparedLists('resources', resources.fixed.values()),
      templates: new PreparedLists('resourceTemplates', resources.templates.values()),
      prompts: new PreparedLists('prompts', prompts.values()),
    },
  };
}
