import { z } from 'zod';
import { pipelineDestination } from './pipelines.ts';
import { streamWorkerContract } from './stream.ts';
import { column, none } from './values.ts';

/** Destinations outside of this machine's files: a worker talks to them. */
export const sinkDestination = pipelineDestination.refine(
  (d) => d.kind === 'kafka' || d.kind === 'postgres',
  'this destination needs no worker',
);

const sink = z.object({
  destination: sinkDestination,
  secret: z.string().optional(),
  /** Names the pipeline at the destination. */
  key: z.string(),
});

export const sinkCalls = {
  /** Whether a batch of this number, or a later one, has arrived; false where the destination can't tell. */
  'sink.holds': {
    params: sink.extend({ batch: z.number().int() }),
    result: z.object({ holds: z.boolean() }),
  },
  /** Sends the rows of a file of one JSON object per line. A batch that is there already is not sent again. */
  'sink.write': {
    params: sink.extend({
      batch: z.number().int(),
      path: z.string(),
      columns: z.array(column),
    }),
    result: z.object({ rows: z.number() }),
    event: z.object({ rows: z.number() }),
  },
  /** Forgets what the destination keeps of a pipeline. */
  'sink.forget': { params: sink, result: none },
} as const;

/** The thread that runs the streams talks to what lies outside in the other direction too. */
export const sinkWorkerContract = {
  calls: { ...streamWorkerContract.calls, ...sinkCalls },
  topics: {},
} as const;
export type SinkWorkerContract = typeof sinkWorkerContract;
