import type { configCalls } from '../../../common/contract/config.ts';
import type { HostHandlers } from '../../../common/contract/host.ts';
import { exportConfig } from '../config/export-config.ts';
import { importConfig } from '../config/import-config.ts';
import type { HostContext } from '../context.ts';

/** Streams, syncs, pipelines and alerts as a file. */
export function configService(host: HostContext): Pick<HostHandlers, keyof typeof configCalls> {
  return {
    'config.export': () => exportConfig(host),
    'config.import': (request, { signal }) => importConfig(host, request, signal),
  };
}
