import { type ExternalFiles, type Partition, shownUri } from '../../../common/contract/external.ts';
import { stringLiteral } from '../../../common/text/kql-literal.ts';
import { formatTimespan } from '../../../common/types/ticks.ts';
import type { NamedExternalTable } from '../external/external-tables.ts';
import type { CommandRecord } from './command.ts';

const INCLUDE_HEADERS = { all: 'All', first: 'FirstFile', none: 'None' } as const;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** One row of `.show external tables` (page "show external tables"). Secrets of addresses are left out. */
export function externalTableRecord(table: NamedExternalTable): CommandRecord {
  const { files, writing } = table;
  return {
    TableName: table.name,
    TableType: files.delta ? 'Delta' : 'Blob',
    Folder: table.folder,
    DocString: table.docstring,
    Properties: JSON.stringify({
      Format: capital(files.format ?? 'csv'),
      Compressed: writing.compressed,
      CompressionType: writing.compressionType ?? null,
      FileExtension: files.fileExtension ?? null,
      IncludeHeaders: INCLUDE_HEADERS[files.headers],
      Encoding: writing.encoding ?? null,
      NamePrefix: files.namePrefix ?? null,
    }),
    ConnectionStrings: JSON.stringify(files.uris.map(shownUri)),
    Partitions: JSON.stringify([
      ...files.partitions.map(partitionJson),
      ...(files.delta?.partitionColumns ?? []).map((Name, Ordinal) => ({
        Name,
        ColumnName: null,
        Ordinal,
      })),
    ]),
    PathFormat: pathFormatText(files),
  };
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  bin: 'Bin',
  startofday: 'StartOfDay',
  startofweek: 'StartOfWeek',
  startofmonth: 'StartOfMonth',
  startofyear: 'StartOfYear',
};

function partitionJson({ name, source }: Partition, ordinal: number): object {
  const common = { Name: name, ColumnName: source?.column ?? null, Ordinal: ordinal };
  if (source?.function === 'hash') return { Mod: Number(source.argument), ...common };
  const named = FUNCTIONS[source?.function ?? ''];
  if (named === undefined) return common;
  return {
    Function: named,
    ...(source?.function === 'bin' ? { BinBy: formatTimespan(BigInt(source.argument ?? 0)) } : {}),
    ...common,
  };
}

function pathFormatText({ pathFormat }: ExternalFiles): string {
  return pathFormat
    .map((part) => {
      if (part.kind === 'text') return stringLiteral(part.text);
      if (part.kind === 'partition') return part.name;
      return `datetime_pattern(${stringLiteral(part.pattern)},${part.name})`;
    })
    .join(' ');
}
