import { ident, literal, pathList, structOf } from '../../store/quote.ts';
import type { InputFile } from '../files/input-file.ts';
import type { LayoutField } from '../formats/format.ts';
import { duckdbJsonPath, parseJsonPath } from '../json-path.ts';
import { nameOfPath, type Relation, type SourceValue } from '../relation.ts';

export interface StagedFile {
  readonly file: InputFile;
  readonly path: string;
  readonly longestRow: number;
}

const LONGEST_DEFAULT = 2_000_000;

/** Staged files as a relation: fields `f0`, `f1`… are texts, `rn` is the row's number in its source. */
export function stagedRelation(
  staged: readonly StagedFile[],
  fields: readonly LayoutField[],
  notes: readonly string[],
): Relation {
  const names = fields.map((_, i) => `f${i}`);
  const columns = structOf([['rn', `'BIGINT'`], ...names.map((n) => [n, `'VARCHAR'`] as const)]);
  const longest = staged.reduce((most, s) => Math.max(most, s.longestRow * 3), 0);
  const wide =
    longest > LONGEST_DEFAULT
      ? `, max_line_size = ${longest}, buffer_size = ${longest + 1024}`
      : '';
  const list = pathList(staged.map((s) => s.path));
  const from = `read_csv(${list}, auto_detect = false, columns = ${columns}, delim = ',', quote = '"', escape = '"', header = false, filename = 'stage_file', new_line = '\\n', allow_quoted_nulls = false, strict_mode = true, compression = 'none', hive_partitioning = false${wide})`;
  const field = (ordinal: number): SourceValue | undefined => {
    const name = names[ordinal];
    return name === undefined ? undefined : { sql: ident(name), storage: 'TEXT' };
  };
  return {
    from,
    field,
    path: (path) => {
      const [head, ...rest] = path;
      if (head === undefined) return { sql: recordJson(fields), storage: 'JSON' };
      const direct = fields.findIndex(
        (f) => f.path !== undefined && samePath(parseJsonPath(f.path), path),
      );
      if (direct >= 0) return field(direct);
      const top = fields.findIndex((f) => f.name === head);
      const value = field(top);
      if (value === undefined || rest.length === 0) return value;
      return {
        sql: `json_extract_string(CASE WHEN json_valid(${value.sql}) THEN ${value.sql} END, ${literal(duckdbJsonPath(rest))})`,
        storage: 'TEXT',
      };
    },
    fileName: nameOfPath(
      '"stage_file"',
      staged.map((s) => ({ path: s.path, name: s.file.name })),
      literal,
    ),
    rowNumber: '"rn"',
    notes,
  };
}

function samePath(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((step, i) => step === b[i]);
}

const RAW_JSON: ReadonlySet<string> = new Set(['bool', 'int', 'long', 'real', 'dynamic']);

/** The whole row as one JSON object, numbers and nested values unquoted. */
function recordJson(fields: readonly LayoutField[]): string {
  const entries = fields.map((f, i): [string, string] => {
    const name = ident(`f${i}`);
    const text = `to_json(${name})`;
    return [
      f.name,
      RAW_JSON.has(f.type)
        ? `CASE WHEN json_valid(${name}) THEN CAST(${name} AS JSON) ELSE ${text} END`
        : text,
    ];
  });
  return entries.length === 0 ? `CAST('{}' AS JSON)` : `to_json(${structOf(entries)})`;
}
