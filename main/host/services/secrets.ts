import type { HostHandlers } from '../../../common/contract/host.ts';
import type { secretCalls } from '../../../common/contract/secrets.ts';
import type { HostContext } from '../context.ts';

/** Secrets go in; windows learn their names only. */
export function secretService({
  secrets,
}: HostContext): Pick<HostHandlers, keyof typeof secretCalls> {
  return {
    'secrets.list': () => ({ names: [...secrets.names()], protection: secrets.protection }),
    'secrets.set': ({ name, value }) => {
      secrets.set(name, value);
      return {};
    },
    'secrets.remove': ({ name }) => {
      secrets.remove(name);
      return {};
    },
  };
}
