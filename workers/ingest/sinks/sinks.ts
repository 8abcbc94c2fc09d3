import type { Handlers } from '../../../common/contract/rpc.ts';
import type { SinkWorkerContract, sinkCalls } from '../../../common/contract/sinks.ts';
import { kafkaSink } from './kafka/index.ts';
import { postgresSink } from './postgres/index.ts';
import type { SinkBatch } from './sink.ts';

type SinkHandlers = Pick<Handlers<SinkWorkerContract>, keyof typeof sinkCalls>;
type Given = Parameters<SinkHandlers['sink.forget']>[0];

/** The sink of a destination, bound to it. */
function sinkOf({ destination, secret, key }: Given) {
  switch (destination.kind) {
    case 'kafka': {
      const target = { destination, secret, key };
      return {
        holds: (batch: number, signal: AbortSignal) => kafkaSink.holds(target, batch, signal),
        write: (batch: SinkBatch) => kafkaSink.write(target, batch),
        forget: (signal: AbortSignal) => kafkaSink.forget(target, signal),
      };
    }
    case 'postgres': {
      const target = { destination, secret, key };
      return {
        holds: (batch: number, signal: AbortSignal) => postgresSink.holds(target, batch, signal),
        write: (batch: SinkBatch) => postgresSink.write(target, batch),
        forget: (signal: AbortSignal) => postgresSink.forget(target, signal),
      };
    }
  }
}

export const SINK_HANDLERS: SinkHandlers = {
  'sink.holds': async ({ batch, ...target }, { signal }) => ({
    holds: await sinkOf(target).holds(batch, signal),
  }),
  'sink.write': async ({ batch, path, columns, ...target }, { signal, emit }) => ({
    rows: await sinkOf(target).write({
      batch,
      path,
      columns,
      signal,
      onRows: (rows) => emit({ rows }),
    }),
  }),
  'sink.forget': async (target, { signal }) => {
    await sinkOf(target).forget(signal);
    return {};
  },
};
