import type { HostHandlers } from '../../../common/contract/host.ts';
import type { liveCalls } from '../../../common/contract/live.ts';
import type { HostContext } from '../context.ts';

/** Rows of a table as they come. */
export function liveService(host: HostContext): Pick<HostHandlers, keyof typeof liveCalls> {
  const { live } = host;
  return {
    'live.check': ({ database, table, pipe }, { signal }) =>
      host.queryWorker.call('standing.check', { database, table, pipe }, { signal }),
    'live.tail': (request, { signal, emit }) => live.run(host, request, signal, emit),
    'live.ack': ({ tailId, frame }) => {
      live.get(tailId)?.acknowledge(frame);
      return {};
    },
    'live.pause': ({ tailId }) => {
      live.get(tailId)?.pause();
      return {};
    },
    'live.resume': ({ tailId, how }) => {
      live.get(tailId)?.resume(how);
      return {};
    },
  };
}
