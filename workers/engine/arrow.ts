import type { DuckDBValue } from '@duckdb/node-api';
import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  makeVector,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { KQL_TYPE_KEY } from '../../common/arrow/result-batch.ts';
import type { Column, KqlType } from '../../common/types/kql-type.ts';
import { fromEngine } from './values.ts';

const ARROW_TYPE: Readonly<Record<KqlType, () => DataType>> = {
  bool: () => new Bool(),
  int: () => new Int32(),
  long: () => new Int64(),
  real: () => new Float64(),
  decimal: () => new Utf8(),
  string: () => new Utf8(),
  datetime: () => new Int64(),
  timespan: () => new Int64(),
  guid: () => new Utf8(),
  dynamic: () => new Utf8(),
};

export function arrowSchema(columns: readonly Column[]): Schema {
  return new Schema(
    columns.map(
      (c) => new Field(c.name, ARROW_TYPE[c.type](), true, new Map([[KQL_TYPE_KEY, c.type]])),
    ),
  );
}

/** 64-bit columns straight into their buffers: the general way would look at each bigint twice. */
function vectorOf(values: readonly DuckDBValue[], type: KqlType): Vector {
  if (type === 'long' || type === 'datetime' || type === 'timespan') {
    const data = new BigInt64Array(values.length);
    let nulls: Uint8Array | undefined;
    let nullCount = 0;
    values.forEach((v, i) => {
      if (typeof v === 'bigint') data[i] = v;
      else {
        nulls ??= new Uint8Array(Math.ceil(values.length / 64) * 8).fill(255);
        nulls[i >> 3] = (nulls[i >> 3] ?? 0) & ~(1 << (i & 7));
        nullCount++;
      }
    });
    return makeVector(
      makeData({
        type: new Int64(),
        data,
        length: values.length,
        nullCount,
        ...(nulls ? { nullBitmap: nulls } : {}),
      }),
    );
  }
  if (ARROW_TYPE[type]() instanceof Utf8) return utf8Vector(values, type);
  const cells = values.map((v) => fromEngine(v, type, true));
  return vectorFromArray(cells, ARROW_TYPE[type]());
}

/** Text straight into its buffers: the general builder takes some six times as long. */
function utf8Vector(values: readonly DuckDBValue[], type: KqlType): Vector {
  const offsets = new Int32Array(values.length + 1);
  let bytes = Buffer.allocUnsafe(values.length * 16 + 64);
  let nulls: Uint8Array | undefined;
  let nullCount = 0;
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    const cell = fromEngine(values[i] ?? null, type, true);
    if (cell === null) {
      nulls ??= new Uint8Array(Math.ceil(values.length / 64) * 8).fill(255);
      nulls[i >> 3] = (nulls[i >> 3] ?? 0) & ~(1 << (i & 7));
      nullCount++;
    } else {
      const text = String(cell);
      // UTF-8 needs at most three bytes for a UTF-16 unit.
      if (end + text.length * 3 > bytes.length) {
        const larger = Buffer.allocUnsafe(bytes.length * 2 + text.length * 3);
        bytes.copy(larger, 0, 0, end);
        bytes = larger;
      }
      end += bytes.write(text, end);
    }
    offsets[i + 1] = end;
  }
  return makeVector(
    makeData({
      type: new Utf8(),
      valueOffsets: offsets,
      data: new Uint8Array(bytes.subarray(0, end)),
      length: values.length,
      nullCount,
      ...(nulls ? { nullBitmap: nulls } : {}),
    }),
  );
}

/** Columns of values as one record batch. */
export function recordBatch(
  columns: readonly Column[],
  values: readonly (readonly DuckDBValue[])[],
): RecordBatch {
  const schema = arrowSchema(columns);
  const length = values[0]?.length ?? 0;
  const children = columns.map((c, i) => {
    const data = vectorOf(values[i] ?? [], c.type).data[0];
    return data ?? makeData({ type: ARROW_TYPE[c.type](), length: 0 });
  });
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children }));
}

/** An Arrow IPC stream in a buffer of its own, fit to be transferred. */
export function encode(
  columns: readonly Column[],
  values: readonly (readonly DuckDBValue[])[],
): Uint8Array<ArrayBuffer> {
  const writer = RecordBatchStreamWriter.writeAll([recordBatch(columns, values)]);
  const bytes = writer.toUint8Array(true);
  return bytes.slice();
}
