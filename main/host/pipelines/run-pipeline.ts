import type { PipelineDefinition } from '../../../common/contract/pipelines.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import type { HostContext } from '../context.ts';
import { closeBatch, isUnchanged } from './batch.ts';
import type { Delivery } from './destinations/delivery.ts';
import { forgetUnconfirmed, toExternalTable, toFiles } from './destinations/files.ts';
import { hasArrived, toSink } from './destinations/sink.ts';
import { forgetUploads, toStorage } from './destinations/storage.ts';
import { toTable } from './destinations/table.ts';
import { type Input, newToken, nextInput, openFiles, positionsOf } from './input.ts';
import type { Run } from './work.ts';

/** A merge may change a batch's extents while they are read; so many times it is read again. */
const TRIES = 5;

/** Takes what waits to the destination, batch by batch. What a crash cut off is done again, once. */
export async function runPipeline(
  host: HostContext,
  entry: PipelineRow,
  definition: PipelineDefinition,
  { signal, progress }: Run,
): Promise<void> {
  forgetUnconfirmed(host, entry.id);
  await forgetUploads(host, entry.id, definition, signal);
  await confirmArrived(host, entry, definition, signal);
  let rows = 0;
  for (;;) {
    signal.throwIfAborted();
    const input = await nextInput(host, entry, definition, signal);
    if (!input) return;
    rows += await deliverBatch(host, entry, definition, input, signal);
    progress(rows);
    if (!input.more) return;
  }
}

/** A batch whose rows have arrived, though nobody was left to note it. */
async function confirmArrived(
  host: HostContext,
  { id }: PipelineRow,
  { destination }: PipelineDefinition,
  signal: AbortSignal,
): Promise<void> {
  const { pipelines, positions } = host.catalog;
  const state = pipelines.byId(id)?.state;
  if (!state?.openBatch) return;
  const number = state.lastBatch + 1;
  if (!(await hasArrived(host, state.key, destination, number, signal))) return;
  host.catalog.change(() => {
    closeBatch(host, id, { number, newest: 0n }, 0);
    for (const position of positionsOf(state.key, openFiles(state))) positions.put(position);
  });
}

async function deliverBatch(
  host: HostContext,
  entry: PipelineRow,
  definition: PipelineDefinition,
  first: Input,
  signal: AbortSignal,
): Promise<number> {
  let input = first;
  for (let tries = 1; ; tries++)
    try {
      return await deliver(deliveryOf(host, entry, definition, input, signal));
    } catch (error) {
      forgetUnconfirmed(host, entry.id);
      if (asAppError(error).code !== 'extents_changed' || tries >= TRIES) throw error;
      await forgetUploads(host, entry.id, definition, signal);
      const again = await nextInput(host, entry, definition, signal);
      if (!again) return 0;
      input = again;
    }
}

function deliveryOf(
  host: HostContext,
  entry: PipelineRow,
  definition: PipelineDefinition,
  { batch, text, positions }: Input,
  signal: AbortSignal,
): Delivery {
  const token = newToken();
  const queryId = `pipeline/${token}`;
  return {
    host,
    entry,
    definition,
    number: batch.number,
    text,
    token,
    queryId,
    signal,
    reading: async (work) => {
      const done = await host.scopes.within(queryId, batch.scope, work);
      signal.throwIfAborted();
      if (!isUnchanged(host, entry.id, batch))
        throw new AppError(
          'resource',
          'extents_changed',
          `The rows that ${entry.name} reads were changed meanwhile.`,
        );
      return done;
    },
    confirm: (rows, artifacts = []) => {
      closeBatch(host, entry.id, batch, rows);
      for (const position of positions) host.catalog.positions.put(position);
      host.catalog.pipelines.addArtifacts(entry.id, artifacts);
    },
  };
}

async function deliver(delivery: Delivery): Promise<number> {
  const { destination } = delivery.definition;
  switch (destination.kind) {
    case 'table':
      return toTable(delivery, destination);
    case 'files':
      return toFiles(delivery, destination);
    case 'externalTable':
      return toExternalTable(delivery, destination);
    case 'storage':
      return toStorage(delivery, destination);
    case 'kafka':
    case 'postgres':
      return toSink(delivery, destination);
  }
}
