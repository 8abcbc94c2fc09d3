import type { HostHandlers } from '../../../common/contract/host.ts';
import type { streamCalls } from '../../../common/contract/stream.ts';
import type { HostContext } from '../context.ts';
import { streamCommandText } from '../definitions/stream-command.ts';
import { sampleStream } from '../streams/stream-columns.ts';

/** Sources that fill tables by themselves. */
export function streamService(host: HostContext): Pick<HostHandlers, keyof typeof streamCalls> {
  const { streams } = host;
  return {
    'streams.list': () => ({ streams: streams.list() }),
    'streams.inspect': ({ definition, secret }, { signal }) =>
      sampleStream(host, definition, secret, signal),
    'streams.script': ({ name }) => ({ text: streamCommandText(streams.definition(name)) }),
    'streams.messages': ({ name }) => ({ messages: streams.messages(name) }),
    'streams.create': ({ definition, secret }, { signal }) =>
      streams.create(host, definition, secret, signal),
    'streams.pause': ({ name }) => streams.pause(host, name),
    'streams.resume': ({ name, secret }) => streams.resumeOne(host, name, secret),
    'streams.rewind': ({ name, start }) => streams.rewind(host, name, start),
    'streams.remove': async ({ name }) => {
      await streams.remove(host, name);
      return {};
    },
    'streams.browse': (request, { signal }) =>
      host.streamWorker.call('stream.browse', request, { signal }),
    'streams.peek': (request, { signal }) =>
      host.streamWorker.call('stream.peek', request, { signal }),
  };
}
