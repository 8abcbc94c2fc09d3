import type { HostHandlers } from '../../common/contract/host.ts';

/** The host's handlers for one client, which remember the results it has got and not released. */
export function trackResults(handlers: HostHandlers): {
  readonly handlers: HostHandlers;
  /** Releases what is left. */
  readonly release: () => Promise<void>;
} {
  const held = new Set<string>();
  return {
    handlers: {
      ...handlers,
      'query.run': async (params, context) => {
        const outcome = await handlers['query.run'](params, context);
        for (const { resultId } of outcome.results) held.add(resultId);
        return outcome;
      },
      'query.release': (params, context) => {
        for (const id of params.resultIds) held.delete(id);
        return handlers['query.release'](params, context);
      },
    },
    release: async () => {
      if (held.size === 0) return;
      const { signal } = new AbortController();
      await handlers['query.release']({ resultIds: [...held] }, { signal, emit: () => {} });
    },
  };
}
