import { FORMATS, type FormatName } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { readHead } from '../files/byte-stream.ts';
import { detectEncoding, isUtf8 } from '../files/encoding.ts';
import { formatEnding, type InputFile } from '../files/input-file.ts';
import { detectJsonLayout, looksLikeJson } from './json/records.ts';
import { detectDialect, isSeparated } from './separated/dialects.ts';

export interface DetectedFormat {
  readonly format: FormatName;
  /** Said when the content is not what the ending promised. */
  readonly note?: string;
}

const HEAD_BYTES = 262_144;

const ENDINGS: Readonly<Record<string, FormatName>> = {
  ...Object.fromEntries(FORMATS.map((name) => [name, name])),
  ndjson: 'json',
  jsonl: 'json',
  geojson: 'multijson',
  pq: 'parquet',
  parq: 'parquet',
  feather: 'arrow',
  arrows: 'arrow',
  ipc: 'arrow',
  tab: 'tsv',
  w3c: 'w3clogfile',
};

/** The format of a file: by its content where that is clear, by its ending otherwise. */
export async function detectFormat(file: InputFile): Promise<DetectedFormat> {
  const promised = ENDINGS[formatEnding(file.name)];
  const head = await readHead(file, HEAD_BYTES);
  const found = byContent(head, promised);
  if (found !== undefined && isText(found)) refuseBinary(head, file.name);
  if (found === undefined)
    return { format: promised ?? (formatEnding(file.name) === 'log' ? 'txt' : 'csv') };
  if (promised === undefined || family(found) === family(promised)) return { format: found };
  return { format: found, note: `${file.name} is called ${promised} but holds ${found}` };
}

const BINARY: ReadonlySet<FormatName> = new Set(['parquet', 'arrow', 'avro']);

function isText(format: FormatName): boolean {
  return !BINARY.has(format);
}

/** Zero bytes in what is no Unicode: a picture or a program, whatever it is called. */
function refuseBinary(head: Uint8Array, name: string): void {
  if (detectEncoding(head).encoding === 'utf-8' && head.includes(0) && !isUtf8(head))
    throw new AppError(
      'input',
      'unknown_format',
      `${name} is binary data in no format that can be read.`,
      {
        hints: [
          'Parquet, Arrow, Avro and text formats can be read; choose a format to read it anyway.',
        ],
      },
    );
}

/** JSON with one record per line or in another layout is the same thing to the person who named the file. */
function family(format: FormatName): FormatName {
  return format === 'multijson' ? 'json' : format;
}

const MAGIC: readonly (readonly [string, FormatName])[] = [
  ['PAR1', 'parquet'],
  ['ARROW1', 'arrow'],
  ['Obj\u0001', 'avro'],
];

function byContent(head: Uint8Array, promised: FormatName | undefined): FormatName | undefined {
  if (head.length === 0) return promised;
  const start = Buffer.from(head.subarray(0, 8)).toString('latin1');
  const magic = MAGIC.find(([text]) => start.startsWith(text));
  if (magic) return magic[1];
  // An Arrow stream begins with a continuation marker and the length of its schema message.
  if (start.startsWith('\u00ff\u00ff\u00ff\u00ff')) return 'arrow';
  const { encoding } = detectEncoding(head);
  const text = new TextDecoder(encoding === 'latin1' ? 'windows-1252' : encoding).decode(head, {
    stream: true,
  });
  return byText(text, promised);
}

function byText(text: string, promised: FormatName | undefined): FormatName | undefined {
  if (promised === 'txt' || promised === 'raw') return promised;
  if (/^#(Version|Software|Fields|Date):/im.test(text.slice(0, 2000)) && /^#Fields:/im.test(text))
    return 'w3clogfile';
  if (looksLikeJson(text)) {
    const layout = detectJsonLayout(text);
    return layout === 'newline_delimited' && promised !== 'multijson' ? 'json' : 'multijson';
  }
  if (promised === 'tsve') return promised;
  const dialect = detectDialect(text);
  if (dialect !== undefined) return dialect;
  // One column of text fits every separated format.
  return promised !== undefined && isSeparated(promised)
    ? promised
    : promised === undefined
      ? undefined
      : 'txt';
}
