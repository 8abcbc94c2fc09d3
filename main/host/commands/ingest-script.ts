import type { IngestRequest, MappedColumn } from '../../../common/contract/ingest.ts';
import { nameReference, stringLiteral } from '../../../common/text/kql-literal.ts';
import { isStorageAddress } from '../../../common/text/storage-address.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { createTableText } from './script-text.ts';

const DEFAULT_FORMAT = 'csv';

/** Commands that do what the request does: the table, its mapping, the ingestion. */
export function ingestScript(catalog: Catalog, request: IngestRequest): string {
  const existing = catalog.tables.find(request.database, request.table);
  const columns = request.columns ?? existing?.columns ?? [];
  const format = request.options.format ?? DEFAULT_FORMAT;
  const parts: string[] = [];
  if (columns.length > 0)
    parts.push(createTableText({ name: request.table, columns, folder: '', docstring: '' }));
  const table = nameReference(request.table);
  const properties = [`format=${stringLiteral(format)}`];
  if (request.options.header) properties.push('ignoreFirstRecord=true');
  if (request.tags.length > 0)
    properties.push(`tags=${stringLiteral(JSON.stringify(request.tags))}`);
  if (request.columns) {
    const mapping = JSON.stringify(request.columns.map(mappingEntry));
    properties.push(`ingestionMapping=${stringLiteral(mapping)}`);
  }
  const { source } = request;
  if (source.kind === 'text') {
    parts.push(
      `.ingest inline into table ${table} with (${properties.join(', ')}) <|\n${source.text}`,
    );
    return parts.join('\n\n');
  }
  const paths =
    source.kind === 'paths' ? source.paths : source.kind === 'storage' ? source.keys : source.ids;
  const sources = paths
    .map((path) => (isStorageAddress(path) ? `h${stringLiteral(path)}` : stringLiteral(path)))
    .join(', ');
  parts.push(`.ingest into table ${table} (${sources}) with (${properties.join(', ')})`);
  return parts.join('\n\n');
}

/** One entry of a mapping, as the page "Ingestion mappings" writes it. */
function mappingEntry({ name, type, ordinal, path, constant, transform }: MappedColumn): object {
  return {
    column: name,
    datatype: type,
    Properties: {
      ...(ordinal === undefined ? {} : { Ordinal: String(ordinal) }),
      ...(path === undefined ? {} : { Path: path }),
      ...(constant === undefined ? {} : { ConstValue: constant }),
      ...(transform === undefined ? {} : { Transform: transform }),
    },
  };
}
