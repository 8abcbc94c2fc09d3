import type { ExternalFiles, Partition } from '../../../common/contract/external.ts';
import { formatDatetime } from '../../../common/types/ticks.ts';
import type { HostContext } from '../context.ts';
import type { CommandRecord } from './command.ts';

/** The files that a query of an external table may read (page "show external table artifacts"). */
export async function artifactRecords(
  host: HostContext,
  files: ExternalFiles,
  signal: AbortSignal,
  limit?: number,
): Promise<CommandRecord[]> {
  const found = await host.external.list(files, signal, limit);
  return found.map((file) => ({
    Uri: file.name,
    Size: BigInt(file.bytes),
    Partition: JSON.stringify(
      files.delta ? file.partitions : partitionValues(files.partitions, file.partitions),
    ),
  }));
}

function partitionValues(
  partitions: readonly Partition[],
  values: Readonly<Record<string, string>>,
): object {
  return Object.fromEntries(
    partitions.flatMap((p) => {
      const value = values[p.name];
      if (value === undefined) return [];
      return [[p.name, p.type === 'datetime' ? formatDatetime(BigInt(value)) : value]];
    }),
  );
}
