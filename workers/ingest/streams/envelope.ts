import type { MappedColumn } from '../../../common/contract/ingest.ts';
import { hasNames, type StreamFormat } from '../../../common/contract/stream.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { formatJsonPath, parseJsonPath } from '../json-path.ts';
import { type StreamRecord, textOrBase64 } from './stream-source.ts';

/**
 * A record on its way to the table is one line of JSON: `{"p": properties of its part, "o": position, "t":
 * milliseconds, "k": key, "h": headers, "v": value}`. The value comes last, as the source wrote it.
 */
export class Envelopes {
  readonly #properties: (part: string) => Readonly<Record<string, string | number>>;
  readonly #heads = new Map<string, string>();

  constructor(properties: (part: string) => Readonly<Record<string, string | number>>) {
    this.#properties = properties;
  }

  /** Everything up to the value; `}` ends the line. */
  head(record: StreamRecord): string {
    let head = record.properties === undefined ? this.#heads.get(record.part) : undefined;
    if (head === undefined) {
      const properties = { ...this.#properties(record.part), ...record.properties };
      head = `{"p":${JSON.stringify({ ...properties, part: record.part })},"o":`;
      if (record.properties === undefined) this.#heads.set(record.part, head);
    }
    const position = /^\d{1,18}$/.test(record.position)
      ? record.position
      : JSON.stringify(record.position);
    const key = record.key === null ? '' : `,"k":${JSON.stringify(textOrBase64(record.key))}`;
    let headers = '';
    for (const _ in record.headers) {
      headers = `,"h":${JSON.stringify(record.headers)}`;
      break;
    }
    return `${head}${position},"t":${record.timestamp}${key}${headers},"v":`;
  }
}

const OWN: Readonly<Record<string, readonly string[]>> = {
  '@offset': ['o'],
  '@position': ['o'],
  '@timestamp': ['t'],
  '@key': ['k'],
  '@headers': ['h'],
};

/** A mapping of records as a mapping of their envelopes. */
export function mappingOfEnvelopes(
  columns: readonly MappedColumn[] | undefined,
  target: readonly Column[],
  format: StreamFormat,
): MappedColumn[] {
  return (columns ?? identity(target, format)).map((column) => {
    const { ordinal, path, ...rest } = column;
    if (column.constant !== undefined) return { ...rest };
    if (ordinal !== undefined) return { ...rest, path: formatJsonPath(['v', ordinal]) };
    if (path?.startsWith('@')) {
      const place = OWN[path] ?? ['p', path.slice(1)];
      const moment = path === '@timestamp' && column.type === 'datetime';
      return {
        ...rest,
        path: formatJsonPath(place),
        ...(moment ? { transform: 'DateTimeFromUnixMilliseconds' as const } : {}),
      };
    }
    const steps = path === undefined ? [column.name] : parseJsonPath(path);
    return { ...rest, path: formatJsonPath(['v', ...steps]) };
  });
}

/** Without a mapping: JSON by name, separated values by position, text into the first column. */
function identity(target: readonly Column[], format: StreamFormat): MappedColumn[] {
  if (hasNames(format)) return target.map((c) => ({ ...c, path: formatJsonPath([c.name]) }));
  if (format === 'txt' || format === 'raw')
    return target.slice(0, 1).map((c) => ({ ...c, path: '$' }));
  return target.map((c, ordinal) => ({ ...c, ordinal }));
}
