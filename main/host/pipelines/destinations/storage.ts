import { join, posix, relative, sep } from 'node:path';
import { z } from 'zod';
import type { PipelineDefinition } from '../../../../common/contract/pipelines.ts';
import type { HostContext } from '../../context.ts';
import { writeExport } from '../../exports/write-export.ts';
import { type Deliver, withResult } from './delivery.ts';
import { layoutOf, partsOf } from './files.ts';
import { secretOf } from './sink.ts';

const own = z.looseObject({ uploads: z.array(z.string()).default([]) });

type StorageDestination = Extract<PipelineDefinition['destination'], { kind: 'storage' }>;

function openedOf(host: HostContext, key: string, { place }: StorageDestination) {
  const secret = host.secrets.get(secretOf('pipeline', key));
  return { place, ...(secret === undefined ? {} : { secret }) };
}

/**
 * Files of a store. Their keys are noted before the first of them is sent; those of a batch that was never confirmed
 * are deleted before it is done again.
 */
export const toStorage: Deliver<'storage'> = (delivery, destination) => {
  const { host, entry, token, signal, confirm } = delivery;
  const { pipelines } = host.catalog;
  return withResult(delivery, (result) =>
    host.writer.staged(async (folder) => {
      const files: { path: string; key: string; records: number }[] = [];
      for (const { path, rows } of await partsOf(delivery, result, destination.partitionBy)) {
        const target = layoutOf(destination, join(folder, ...path));
        for (const file of await writeExport(host, rows, target, token, signal)) {
          const below = relative(folder, file.path).split(sep);
          files.push({
            path: file.path,
            key: `${destination.below}${posix.join(...below)}`,
            records: file.records,
          });
        }
      }
      const held = pipelines.byId(entry.id)?.state.own ?? {};
      pipelines.patchState(entry.id, { own: { ...held, uploads: files.map(({ key }) => key) } });
      await host.storageWorker.call(
        'storage.upload',
        {
          ...openedOf(host, entry.state.key, destination),
          files: files.map(({ path, key }) => ({ path, key })),
        },
        { signal },
      );
      const rows = files.reduce((sum, { records }) => sum + records, 0);
      const at = new Date().toISOString();
      host.catalog.change(() =>
        confirm(
          rows,
          files.map(({ key, records }) => ({ at, path: key, records })),
        ),
      );
      return rows;
    }),
  );
};

/** Deletes what a batch that was never confirmed has sent. */
export async function forgetUploads(
  host: HostContext,
  id: number,
  { destination }: PipelineDefinition,
  signal: AbortSignal,
): Promise<void> {
  if (destination.kind !== 'storage') return;
  const { pipelines } = host.catalog;
  const state = pipelines.byId(id)?.state;
  const { uploads, ...rest } = own.parse(state?.own ?? {});
  if (!state || uploads.length === 0) return;
  await host.storageWorker.call(
    'storage.delete',
    { ...openedOf(host, state.key, destination), keys: uploads },
    { signal },
  );
  pipelines.patchState(id, { own: rest });
}
