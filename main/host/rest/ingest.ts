import { Readable } from 'node:stream';
import { type FormatName, formatName } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { databaseNamed, type KustoCall, sendJson } from './answer-kusto.ts';
import { bodyOf } from './body.ts';
import { columnsText } from './query-v1.ts';
import { isOn } from './request.ts';

const PATH = /^\/v1\/rest\/ingest\/([^/]+)\/([^/]+)$/;

/** The table that a path of streaming ingestion names. */
export function ingestionTarget(
  path: string,
): { readonly database: string; readonly table: string } | undefined {
  const [, database, table] = PATH.exec(path) ?? [];
  return database && table
    ? { database: databaseNamed(decoded(database)), table: decoded(table) }
    : undefined;
}

/** Clients put names into the path as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Streaming ingestion (page "Streaming ingestion HTTP request"): the body's rows are in the table when the answer
 * is sent. Without a mapping, fields go to the columns of their name, or by place where a format has no names.
 */
export async function answerIngestion(call: KustoCall, path: string): Promise<void> {
  const { host, request, gone } = call;
  const target = ingestionTarget(path);
  if (!target) throw new AppError('input', 'no_such_path', `${path} names no table.`);
  const { database, table } = target;
  call.context = { ...call.context, database };
  const parameters = new Map(
    [...new URL(request.url ?? '/', 'http://localhost').searchParams].map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  if (parameters.get('sourcekind')?.toLowerCase() === 'uri')
    throw new AppError(
      'unsupported',
      'source_kind',
      'not implemented in Calypso: streaming ingestion from a blob (sourceKind=uri). Send the data itself.',
    );
  const format = formatNamed(parameters.get('streamformat'));
  const mappingName = parameters.get('mappingname') ?? '';
  const columns = host.ingestionTarget(database, table, mappingName, format);
  const upload = host.files.beginUpload(
    `stream.${format}`,
    Number(request.headers['content-length'] ?? 0),
  );
  try {
    await host.files.receive(upload.id, Readable.from(bodyOf(request)));
    const report = await host.handlers['ingest.run'](
      {
        source: { kind: 'uploads', ids: [upload.id] },
        database,
        table,
        options: { nestedLevels: 1, header: isOn(parameters.get('ignorefirstrecord')), format },
        ...(columns ? { columns: [...columns] } : {}),
        onBadCell: 'keep',
        maxErrors: Number.MAX_SAFE_INTEGER,
        tags: [],
      },
      { signal: gone, emit: () => {} },
    );
    const answer = {
      Tables: [
        {
          TableName: 'Table_0',
          Columns: JSON.parse(columnsText(COLUMNS, true)) as unknown,
          Rows: [[report.rows, 'Inactive', 'Unknown', null]],
        },
      ],
    };
    sendJson(call, 200, answer);
  } finally {
    await host.files.dropUploads([upload.id]);
  }
}

const COLUMNS = [
  { name: 'ConsumedRecordsCount', type: 'long' },
  { name: 'UpdatePolicyStatus', type: 'string' },
  { name: 'UpdatePolicyFailureCode', type: 'string' },
  { name: 'UpdatePolicyFailureReason', type: 'string' },
] as const;

/** Names that clients have for formats which go by another name here. */
const SYNONYMS: Readonly<Record<string, FormatName>> = {
  singlejson: 'multijson',
  apacheavro: 'avro',
};

function formatNamed(text: string | undefined): FormatName {
  const name = text?.toLowerCase();
  const hints = [`Formats: ${formatName.options.join(', ')}`];
  if (!name)
    throw new AppError('input', 'bad_request', 'The address lacks streamFormat.', { hints });
  const known = formatName.safeParse(SYNONYMS[name] ?? name);
  if (known.success) return known.data;
  throw new AppError(
    'unsupported',
    'unknown_format',
    `not implemented in Calypso: the format ${text}. ${hints[0]}`,
    { hints },
  );
}
