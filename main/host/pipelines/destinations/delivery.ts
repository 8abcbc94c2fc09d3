import type { PipelineDefinition } from '../../../../common/contract/pipelines.ts';
import type { ResultInfo } from '../../../../common/contract/query.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import type { PipelineArtifact, PipelineRow } from '../../catalog/pipelines-store.ts';
import type { HostContext } from '../../context.ts';

/** One batch on its way. */
export interface Delivery {
  readonly host: HostContext;
  readonly entry: PipelineRow;
  readonly definition: PipelineDefinition;
  /** Grows by one with each batch that was confirmed. */
  readonly number: number;
  /** The query that gives the rows. */
  readonly text: string;
  /** A name that no other batch has, for files. */
  readonly token: string;
  readonly queryId: string;
  readonly signal: AbortSignal;
  /** Runs work that reads the tables, and makes sure that it has seen the rows of this batch, all and only them. */
  reading<T>(work: () => Promise<T>): Promise<T>;
  /** Notes that the batch has arrived; inside of a transaction. */
  confirm(rows: number, artifacts?: readonly PipelineArtifact[]): void;
}

/** Brings the rows of a batch to a destination and confirms them; returns their number. */
export type Deliver<K extends PipelineDefinition['destination']['kind']> = (
  delivery: Delivery,
  destination: Extract<PipelineDefinition['destination'], { kind: K }>,
) => Promise<number>;

/** Runs the query of a batch and gives its first result, which is released afterwards, to `work`. */
export async function withResult<T>(
  { host, text, definition, queryId, signal, reading }: Delivery,
  work: (result: ResultInfo) => Promise<T>,
): Promise<T> {
  const outcome = await reading(() =>
    host.queryWorker.call(
      'query.run',
      {
        queryId,
        text,
        database: definition.database,
        record: false,
        options: { notruncation: true },
      },
      { signal },
    ),
  );
  try {
    const [result] = outcome.results;
    if (!result)
      throw new AppError('semantic', 'no_result', 'The query of the pipeline gives no table.');
    return await work(result);
  } finally {
    await host.queryWorker.call('query.release', {
      resultIds: outcome.results.map((result) => result.resultId),
    });
  }
}
