import type { Inferred } from '../../infer/infer-column.ts';
import { inferColumn, unify } from '../../infer/infer-column.ts';
import { formatJsonPath } from '../../json-path.ts';
import type { LayoutField } from '../format.ts';
import { kindOf, membersOf, textOf } from './json-text.ts';

interface Found {
  readonly path: readonly string[];
  readonly texts: (string | null)[];
  readonly kinds: Set<string>;
}

export interface RecordFields {
  readonly fields: readonly LayoutField[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const MOST_FIELDS = 10_000;

/** Columns of the records: top-level properties, and down to `levels` those of nested objects. */
export function fieldsOfRecords(records: readonly string[], levels: number): RecordFields {
  const found = new Map<string, Found>();
  records.forEach((raw, row) => {
    collect(raw, [], levels, (path, value) => {
      const key = JSON.stringify(path);
      let entry = found.get(key);
      if (entry === undefined) {
        if (found.size >= MOST_FIELDS) return;
        entry = { path, texts: [], kinds: new Set() };
        found.set(key, entry);
      }
      entry.texts[row] = textOf(value);
      const kind = kindOf(value);
      if (kind !== 'null') entry.kinds.add(kind);
    });
  });
  const names = new Set<string>();
  const entries = [...found.values()];
  const fields = entries.map((entry): LayoutField => {
    const name = uniqueName(entry.path.join('_') || 'Column1', names);
    return { ...inferField(name, entry), name, path: formatJsonPath(entry.path) };
  });
  const rows = records.map((_, row) => entries.map((entry) => entry.texts[row] ?? null));
  return { fields, rows };
}

function collect(
  raw: string,
  path: readonly string[],
  levels: number,
  give: (path: readonly string[], raw: string) => void,
): void {
  for (const member of membersOf(raw)) {
    const below = [...path, member.name];
    if (levels > 1 && member.raw.startsWith('{') && member.raw !== '{}')
      collect(member.raw, below, levels - 1, give);
    else give(below, member.raw);
  }
}

function uniqueName(wanted: string, used: Set<string>): string {
  let name = wanted.slice(0, 1024);
  for (let n = 1; used.has(name); n++) name = `${wanted}_${n}`;
  used.add(name);
  return name;
}

/** JSON says itself what is a number; texts may be moments, spans of time or ids. */
function inferField(name: string, entry: Found): Inferred {
  const kinds = [...entry.kinds];
  const [first] = kinds;
  if (first === undefined) return { type: 'string' };
  if (kinds.length > 1)
    return {
      type: kinds
        .map((kind) => kind as 'bool' | 'long' | 'real' | 'string' | 'dynamic')
        .reduce<Inferred['type']>((a, b) => unify(a, b), first as Inferred['type']),
    };
  if (first === 'bool' || first === 'real' || first === 'dynamic') return { type: first };
  // Records without the field are holes in the list, which filter leaves out.
  const texts = entry.texts.filter((text) => text !== null);
  const inferred = inferColumn(name, texts);
  if (first === 'long') return inferred.type === 'datetime' ? inferred : { type: 'long' };
  return inferred.type === 'datetime' || inferred.type === 'guid' || inferred.type === 'timespan'
    ? inferred
    : { type: 'string' };
}
