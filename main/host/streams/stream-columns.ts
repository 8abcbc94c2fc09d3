import { join } from 'node:path';
import {
  deliveredFormat,
  hasNames,
  type StreamDefinition,
} from '../../../common/contract/stream.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { HostContext } from '../context.ts';

/** What the last records of a source look like as columns; no columns where there are no records. */
export interface StreamSample {
  readonly columns: NonNullable<StreamDefinition['columns']>;
  /** The first rows as text, in the order of the columns. */
  readonly preview: (string | null)[][];
  readonly records: number;
}

export async function sampleStream(
  host: HostContext,
  definition: StreamDefinition,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<StreamSample> {
  return host.writer.staged(async (folder) => {
    const path = join(folder, 'sample.ndjson');
    const sample = await host.streamWorker.call(
      'stream.sample',
      { definition, ...(secret === undefined ? {} : { secret }), path },
      { signal },
    );
    const { records, files, types = {} } = sample;
    if (sample.columns) return { columns: sample.columns, preview: [], records };
    if (files) {
      const source = { paths: files.paths, names: files.paths };
      if (files.paths.length === 0) return { columns: [], preview: [], records };
      const found = await host.ingestWorker.call(
        'ingest.inspect',
        { source, options: files.options },
        { signal },
      );
      return { columns: found.columns, preview: found.preview, records: found.rowsExamined };
    }
    if (records === 0) return { columns: [], preview: [], records };
    const { columns, preview } = await host.ingestWorker.call(
      'ingest.inspect',
      {
        source: { paths: [path], names: [definition.name] },
        options: { format: 'json', nestedLevels: 1 },
      },
      { signal },
    );
    return {
      columns: columns.map((column, i) => {
        const type = types[column.name] ?? column.type;
        return ofRecord({ ...column, type }, i, definition);
      }),
      preview,
      records,
    };
  });
}

/** The definition with a mapping, which for a new table is what its last records look like. */
export async function columnsOfStream(
  host: HostContext,
  definition: StreamDefinition,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<StreamDefinition> {
  if (definition.columns || host.catalog.tables.find(definition.database, definition.table))
    return definition;
  const { columns: sampled } = await sampleStream(host, definition, secret, signal);
  const columns = sampled.length === 0 && isText(definition) ? [WHOLE] : sampled;
  if (columns.length === 0)
    throw new AppError(
      'input',
      'no_sample',
      `${definition.name} holds no records yet that could show the columns of ${definition.table}.`,
      {
        hints: ['Create the table first, or give the columns.'],
      },
    );
  return { ...definition, columns };
}

/** The column of records that are text, which needs no look at one. */
const WHOLE = { name: 'Value', type: 'string', path: '$' } as const;

function isText(definition: StreamDefinition): boolean {
  const format = deliveredFormat(definition);
  return format === 'txt' || format === 'raw';
}

/** Columns of a sample stand in objects; in the records the separated ones stand in order. */
function ofRecord(
  column: NonNullable<StreamDefinition['columns']>[number],
  ordinal: number,
  definition: StreamDefinition,
): NonNullable<StreamDefinition['columns']>[number] {
  const format = deliveredFormat(definition);
  if (hasNames(format)) return column;
  const { path: _, ...rest } = column;
  return format === 'txt' || format === 'raw' ? { ...rest, path: '$' } : { ...rest, ordinal };
}
