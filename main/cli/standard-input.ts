import type { Host } from '../host/host.ts';
import { UsageError } from './usage.ts';

/** The argument that stands for what another program pipes in. */
export const STANDARD_INPUT = '-';

/** All that is piped in, as an upload: the engine reads its files more than once. Gives the upload's id. */
export async function uploadStandardInput(host: Host): Promise<string> {
  if (process.stdin.isTTY)
    throw new UsageError('- is what another program pipes in, and none does.');
  const { id } = host.files.beginUpload('standard input', 0);
  await host.files.receive(id, process.stdin);
  return id;
}
