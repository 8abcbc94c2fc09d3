import type { HostHandlers } from '../../../common/contract/host.ts';
import type { pipelineCalls } from '../../../common/contract/pipelines.ts';
import type { HostContext } from '../context.ts';

/** Work that takes rows from here to somewhere else, again and again. */
export function pipelineService(host: HostContext): Pick<HostHandlers, keyof typeof pipelineCalls> {
  const { pipelines } = host;
  return {
    'pipelines.list': () => ({ pipelines: pipelines.list(host) }),
    'pipelines.save': ({ definition, secret, existing }, { signal }) =>
      pipelines.save(
        host,
        definition,
        { existing, ...(secret === undefined ? {} : { secret }) },
        signal,
      ),
    'pipelines.run': ({ database, name }, { signal }) =>
      pipelines.run(host, database, name, signal),
    'pipelines.cancel': async ({ database, name }) => {
      await pipelines.cancel(host, database, name);
      return {};
    },
    'pipelines.pause': ({ database, name }) => pipelines.setPaused(host, database, name, true),
    'pipelines.resume': ({ database, name }) => pipelines.setPaused(host, database, name, false),
    'pipelines.remove': async ({ database, name }) => {
      await pipelines.remove(host, database, name);
      return {};
    },
    'pipelines.runs': ({ database, name, limit }) => ({
      runs: pipelines.runs(host, database, name, limit),
    }),
  };
}
