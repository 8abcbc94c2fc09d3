import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';

/** The formats that `.export` writes, and the engine's name of each: its `json` is one object per line. */
const FORMATS = { csv: 'csv', tsv: 'tsv', json: 'ndjson', parquet: 'parquet' } as const;
export type ExportFileFormat = keyof typeof FORMATS;
export const engineFormat = (format: ExportFileFormat): (typeof FORMATS)[ExportFileFormat] =>
  FORMATS[format];

const parquetCompression = z.enum(['zstd', 'snappy', 'gzip', 'lz4_raw', 'brotli']);
type ParquetCompression = z.infer<typeof parquetCompression>;

/** How the files of an export are written (page "Export data to storage"). */
export interface ExportTarget {
  readonly format: ExportFileFormat;
  /** Absolute paths; files go to each of them in turn. */
  readonly folders: readonly string[];
  readonly namePrefix: string;
  readonly extension: string;
  readonly headers: 'none' | 'all' | 'firstFile';
  /** Text files begin with a byte order mark. */
  readonly byteOrderMark: boolean;
  readonly gzip: boolean;
  readonly parquetCompression: ParquetCompression;
  /** Bytes of a file before compression, more or less. */
  readonly sizeLimit: number;
}

const MEGABYTE = 1_048_576;
const DEFAULT_SIZE = 100 * MEGABYTE;
const LARGEST = 4_096 * MEGABYTE;

export type PropertyOf = (name: string) => string | undefined;

export function exportTarget(
  format: string,
  uris: readonly string[],
  compressed: boolean,
  property: PropertyOf,
): ExportTarget {
  const kind = fileFormat(format);
  const asked = property('compressiontype')?.toLowerCase();
  const gzip = kind !== 'parquet' && (compressed || asked === 'gzip');
  if (kind !== 'parquet' && asked !== undefined && asked !== 'gzip')
    throw wrong('compressionType', asked, 'gzip');
  return {
    format: kind,
    folders: uris.map(folderOf),
    namePrefix: property('nameprefix') ?? 'export',
    extension: `${property('fileextension') ?? `.${kind}`}${gzip ? '.gz' : ''}`,
    headers: headersOf(property('includeheaders')),
    byteOrderMark: encodingHasMark(property('encoding')),
    gzip,
    parquetCompression: compressionOf(asked, compressed),
    sizeLimit: sizeOf(property('sizelimit')),
  };
}

function wrong(name: string, value: string, allowed: string): AppError {
  return new AppError('input', 'bad_property', `${name} is '${value}'.`, {
    hints: [`Possible: ${allowed}`],
  });
}

function fileFormat(format: string): ExportFileFormat {
  const lower = format.toLowerCase();
  if (lower in FORMATS) return lower as ExportFileFormat;
  throw wrong('The format', format, Object.keys(FORMATS).join(', '));
}

/** Behind a `;` there may be a secret of a storage account, which a folder has no use for. */
function folderOf(uri: string): string {
  const [place = ''] = uri.split(';');
  const path = place.startsWith('file:') ? fileURLToPath(place) : place;
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    throw new AppError(
      'unsupported',
      'storage_not_supported',
      'Exports go to folders of this machine; storage accounts are not written to.',
      { hints: ['For instance: .export to csv (@"/home/me/exports") <| T'] },
    );
  if (!isAbsolute(path))
    throw new AppError('input', 'relative_path', `The path of an export must be absolute: ${path}`);
  return path;
}

function headersOf(text: string | undefined): ExportTarget['headers'] {
  const found = (['none', 'all', 'firstFile'] as const).find(
    (kind) => kind.toLowerCase() === (text ?? 'none').toLowerCase(),
  );
  if (found) return found;
  throw wrong('includeHeaders', text ?? '', 'none, all, firstFile');
}

function encodingHasMark(text = 'UTF8NoBOM'): boolean {
  if (/^utf8nobom$/i.test(text)) return false;
  if (/^utf8bom$/i.test(text)) return true;
  throw wrong('encoding', text, 'UTF8NoBOM, UTF8BOM');
}

function compressionOf(asked: string | undefined, compressed: boolean): ParquetCompression {
  if (asked === undefined) return compressed ? 'gzip' : 'snappy';
  const known = parquetCompression.safeParse(asked);
  if (known.success) return known.data;
  throw wrong('compressionType', asked, parquetCompression.options.join(', '));
}

function sizeOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SIZE;
  const bytes = Number(text);
  if (Number.isInteger(bytes) && bytes > 0) return Math.min(bytes, LARGEST);
  throw wrong('sizeLimit', text, 'a number of bytes');
}
