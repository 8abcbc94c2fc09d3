import type { alertCalls } from '../../../common/contract/alerts.ts';
import type { HostHandlers } from '../../../common/contract/host.ts';
import { readEvents } from '../alerts/events.ts';
import type { HostContext } from '../context.ts';

/** Conditions that are looked at again and again, and what they told. */
export function alertService(host: HostContext): Pick<HostHandlers, keyof typeof alertCalls> {
  const { alerts } = host;
  return {
    'alerts.list': () => ({ alerts: alerts.list(host) }),
    'alerts.save': ({ definition, secret }, { signal }) =>
      alerts.save(host, definition, secret, signal),
    'alerts.run': async ({ database, name }, { signal }) => {
      const event = await alerts.run(host, database, name, signal);
      return event ? { event } : {};
    },
    'alerts.test': ({ definition }, { signal }) => alerts.test(host, definition, signal),
    'alerts.pause': ({ database, name }) => alerts.setPaused(host, database, name, true),
    'alerts.resume': ({ database, name }) => alerts.setPaused(host, database, name, false),
    'alerts.remove': async ({ database, name }) => {
      await alerts.remove(host, database, name);
      return {};
    },
    'alerts.events': async ({ database, name, limit }, { signal }) => ({
      events: await readEvents(
        host,
        {
          limit,
          ...(database === undefined ? {} : { database }),
          ...(name === undefined ? {} : { name }),
        },
        signal,
      ),
    }),
  };
}
