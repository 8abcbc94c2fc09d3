import type { StreamFormat } from '../../../common/contract/stream.ts';
import { DIALECTS } from '../formats/separated/dialects.ts';
import { type Dialect, RecordSplitter } from '../formats/separated/record-splitter.ts';
import { enclosed } from './json-value.ts';

/** JSON texts, one for each row that a record holds. Of some, only the brackets were looked at. */
export type Decoded = readonly (string | Uint8Array)[];

/** Turns the value of a record into rows of JSON. Throws an Error whose message says what is wrong with it. */
export type Decode = (value: Uint8Array) => Decoded;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(value: Uint8Array): string {
  try {
    return utf8.decode(value);
  } catch {
    throw new Error('the bytes are no UTF-8 text');
  }
}

function json(value: Uint8Array): Decoded {
  if (enclosed(value)) return [value];
  const text = textOf(value);
  // A number or a text is a record too; anything else fails here and says where.
  return [JSON.stringify(JSON.parse(text))];
}

function separated(dialect: Dialect): Decode {
  return (value) => {
    const values: string[] = [];
    const splitter = new RecordSplitter(dialect, (fields) => values.push(JSON.stringify(fields)));
    splitter.push(textOf(value));
    splitter.end();
    return values;
  };
}

/** Formats that need no schema to be read. */
export type TextFormat = Exclude<StreamFormat, 'avro' | 'protobuf'>;

/** One line per format of single records. */
const DECODERS: Readonly<Record<TextFormat, Decode>> = {
  json,
  csv: separated(DIALECTS.csv),
  scsv: separated(DIALECTS.scsv),
  psv: separated(DIALECTS.psv),
  sohsv: separated(DIALECTS.sohsv),
  tsv: separated(DIALECTS.tsv),
  txt: (value) =>
    textOf(value)
      .split(/\r\n|\n|\r/)
      .filter((line) => line !== '')
      .map((line) => JSON.stringify(line)),
  raw: (value) => [JSON.stringify(textOf(value))],
};

export const decoderOf = (format: TextFormat): Decode => DECODERS[format];
