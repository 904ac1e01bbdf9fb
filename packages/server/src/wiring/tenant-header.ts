import type { Core } from '../adapters/core.js';
import type { Runtime } from '../runtime/types.js';
import { callerOf } from '../surfaces/caller.js';

/**
 * The same, where a platform has a header in which callers may name their tenant: who names another's is refused. What is asked is who is
 * calling, never the header: it narrows nothing and opens nothing.
 */
export function withTenantHeader(core: Core, header: string | undefined, authenticate: Runtime['authenticate']): Core {
  if (header === undefined) return core;
  return {
    ...core,
    handle(request) {
      const named = request.header(header);
      if (named === undefined) return core.handle(request);
      const judge = (resolution: Awaited<ReturnType<Runtime['authenticate']>>): ReturnType<Core['handle']> =>
        resolution.is === 'ok' && resolution.principal.tenant !== named.trim()
          ? core.refuse(
              { code: 'forbidden', text: `The tenant in ${header} is not the one of this credential.`, next: `Leave ${header} out, or send your own.` },
              request,
            )
          : core.handle(request);
      const resolution = authenticate(callerOf(request));
      return resolution instanceof Promise ? resolution.then(judge) : judge(resolution);
    },
  };
}
