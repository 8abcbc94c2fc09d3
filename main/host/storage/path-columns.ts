import type { MappedColumn } from '../../../common/contract/ingest.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';

/** Spark's name for a missing value in a path. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__';

/** The types of such columns, as all keys together say: of values that differ in kind, string. */
export function pathColumnTypes(keys: Iterable<string>): Column[] {
  const types = new Map<string, KqlType>();
  for (const key of keys)
    for (const { name, type, constant } of pathColumns(key, [])) {
      const before = types.get(name);
      if (constant === '') continue;
      types.set(name, before === undefined || before === type ? type : 'string');
    }
  return [...types].map(([name, type]) => ({ name, type }));
}

/**
 * Parts of a key like `year=2024`, as Hive writes them, as columns of one value each. An existing column says its
 * type; else whole numbers are long, dates datetime, and everything else string.
 */
export function pathColumns(key: string, columns: readonly Column[]): MappedColumn[] {
  const found = new Map<string, MappedColumn>();
  for (const part of key.split('/').slice(0, -1)) {
    const at = part.indexOf('=');
    if (at < 1) continue;
    const name = decoded(part.slice(0, at));
    const raw = part.slice(at + 1);
    const value = raw === NO_VALUE ? '' : decoded(raw);
    const known = columns.find((c) => c.name === name)?.type;
    found.set(name, { name, type: known ?? typeOf(value), constant: value });
  }
  return [...found.values()];
}

function typeOf(value: string): KqlType {
  // Numbers that begin with 0 are codes, months or days, and sort as texts.
  if (/^-?(0|[1-9]\d{0,17})$/.test(value)) return 'long';
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? 'datetime' : 'string';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
