import { shownUri } from '../../../common/contract/external.ts';
import {
  FORMATS,
  type FormatName,
  formatName,
  type IngestSource,
} from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { CatalogExtent } from '../catalog/extents-store.ts';
import { runIngestion } from '../services/ingest.ts';
import { type Command, missingQuery, tableOf, writableDatabaseOf } from './command.ts';
import { extentTags, isIngestedAlready } from './extent-tags.ts';
import { parseMapping } from './mapping.ts';
import { datetimeOf } from './timespan.ts';

type Call = Parameters<Command>[0];

/** Runs the ingestion that the command's properties describe; answers with the new extents. */
async function ingest(
  call: Call,
  source: IngestSource,
  fallback: FormatName | undefined,
): Promise<readonly CatalogExtent[]> {
  const { arguments: args, host } = call;
  const database = writableDatabaseOf(call);
  const table = tableOf(call);
  if (isIngestedAlready(host, table, args.property('ingestifnotexists'))) return [];
  const before = new Set(host.schema.extentsOf(table).map((extent) => extent.extentId));
  const format = formatOf(args.property('format')) ?? fallback;
  const mapping = args.property('ingestionmapping');
  const reference = args.property('ingestionmappingreference');
  const created = args.property('creationtime');
  const skipFirst = args.property('ignorefirstrecord');
  await runIngestion(
    host,
    {
      source,
      operationId: call.operationId,
      database: database.name,
      table: table.name,
      options: {
        nestedLevels: 1,
        // The first record is data unless the command says that it isn't (page "Ingestion properties").
        header: skipFirst?.toLowerCase() === 'true',
        ...(format ? { format } : {}),
      },
      ...(mapping === undefined ? {} : { columns: [...parseMapping(mapping, table.columns)] }),
      ...(mapping !== undefined || reference === undefined ? {} : { mapping: reference }),
      ...(created === undefined
        ? {}
        : { createdAt: datetimeOf(created, 'creationTime').toString() }),
      onBadCell: 'keep',
      maxErrors: Number.MAX_SAFE_INTEGER,
      tags: [...extentTags(args.property('tags'))],
    },
    { signal: call.signal },
  );
  return host.schema
    .extentsOf(tableOf(call, table.name))
    .filter((extent) => !before.has(extent.extentId));
}

function formatOf(text: string | undefined): FormatName | undefined {
  if (text === undefined) return undefined;
  const known = formatName.safeParse(text.toLowerCase());
  if (known.success) return known.data;
  throw new AppError('input', 'unknown_format', `There is no format named '${text}'.`, {
    hints: [`Formats: ${FORMATS.join(', ')}`],
  });
}

/** `.ingest inline into table T <| …` */
export const ingestInline: Command = async (call) => {
  if (call.query === undefined) throw missingQuery();
  const source: IngestSource = { kind: 'text', text: call.query, name: 'inline' };
  const extents = await ingest(call, source, 'csv');
  return { columns: [['ExtentId', 'guid']], rows: extents.map((extent) => [extent.extentId]) };
};

/** `.ingest into table T (path, …)`: files of this machine, and of stores by their connection strings. */
export const ingestInto: Command = async (call) => {
  const paths = call.arguments.list('Path');
  if (paths.length === 0)
    throw new AppError('syntax', 'missing_part', 'The command names no file.');
  const started = performance.now();
  const extents = await ingest(call, { kind: 'paths', paths: [...paths] }, undefined);
  const seconds = ((performance.now() - started) / 1_000).toFixed(3);
  return {
    columns: [
      ['ExtentId', 'guid'],
      ['ItemLoaded', 'string'],
      ['Duration', 'string'],
      ['HasErrors', 'string'],
      ['OperationId', 'guid'],
    ],
    rows: extents.map((extent) => [
      extent.extentId,
      paths.map(shownUri).join(', '),
      `${seconds} s`,
      'False',
      call.operationId,
    ]),
  };
};
