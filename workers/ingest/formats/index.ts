import type { FormatName } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { arrowFormat } from './arrow/index.ts';
import { avroFormat } from './avro/index.ts';
import type { Format } from './format.ts';
import { jsonFormat } from './json/index.ts';
import { parquetFormat } from './parquet/index.ts';
import { separatedFormat } from './separated/index.ts';
import { textFormat } from './text/index.ts';
import { w3cLogFormat } from './w3clogfile/index.ts';

/** Every format that can be read. A new one is a folder here and a line in this list. */
export const FORMATS: readonly Format[] = [
  separatedFormat,
  textFormat,
  jsonFormat,
  parquetFormat,
  arrowFormat,
  avroFormat,
  w3cLogFormat,
];

export function formatOf(name: FormatName): Format {
  const format = FORMATS.find((f) => f.names.includes(name));
  if (format === undefined)
    throw new AppError('unsupported', 'format', `The format ${name} cannot be read.`);
  return format;
}
