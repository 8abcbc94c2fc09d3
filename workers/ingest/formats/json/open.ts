import type { MappedColumn } from '../../../../common/contract/ingest.ts';
import { ident, literal, pathList, structOf } from '../../../store/quote.ts';
import type { InputFile } from '../../files/input-file.ts';
import { duckdbJsonPath, type JsonPath, parseJsonPath } from '../../json-path.ts';
import { nameOfPath, type Relation, type SourceValue } from '../../relation.ts';
import { type PlainCopy, plainCopy } from '../../staging/plain-copy.ts';
import type { FormatContext, OpenOptions } from '../format.ts';
import type { JsonShape } from './index.ts';
import { validLines } from './valid-lines.ts';

/** DuckDB's buffers are twice as large as the largest object may be. */
const SMALL_OBJECT = 1_048_576;
/** Objects up to this size, in bytes, are read without asking for large buffers. */
const USUAL_OBJECT = 16_777_216;
const LARGEST_OBJECT = 268_435_456;

export async function openJson(
  shape: JsonShape,
  files: readonly InputFile[],
  options: OpenOptions,
  context: FormatContext,
): Promise<Relation> {
  const notes: string[] = [];
  const copies: PlainCopy[] = [];
  for (const file of files) {
    if (shape.plain) copies.push({ file, path: file.path, bytes: file.bytes });
    else {
      const copy = shape.checkLines
        ? await validLines(file, shape.encoding, context, options.strict)
        : await plainCopy(file, shape.encoding, context);
      copies.push(copy);
      notes.push(...(copy.note === undefined ? [] : [copy.note]));
    }
  }
  // The file's size bounds its largest object; files up to the usual size need no more than the usual buffer.
  const largest = Math.max(...copies.map((c) => c.bytes), 1);
  const objectSize =
    shape.longest === undefined
      ? Math.min(
          LARGEST_OBJECT,
          Math.max(
            USUAL_OBJECT,
            largest > USUAL_OBJECT && shape.layout !== 'newline_delimited' ? largest + 1 : 0,
          ),
        )
      : Math.max(SMALL_OBJECT, shape.longest + 1);
  const paths = options.columns.flatMap((c) =>
    c.path === undefined ? [] : [parseJsonPath(c.path)],
  );
  const whole =
    paths.some((p) => p.length === 0 || typeof p[0] === 'number') ||
    options.columns.some((c) => c.transform === 'DropMappedFields') ||
    clash(paths);
  const settings = `format = ${literal(shape.layout)}, compression = 'uncompressed', maximum_object_size = ${objectSize}${options.named || options.numbered ? `, filename = 'source_file'` : ''}, hive_partitioning = false`;
  const list = pathList(copies.map((c) => c.path));
  const columns = topLevelColumns(options, shape.objects === true);
  const reader =
    whole || columns.size === 0
      ? `read_json_objects(${list}, ${settings})`
      : `read_json(${list}, auto_detect = false, records = true, columns = ${structOf([...columns].map(([name, c]) => [name, literal(c.storage)]))}, ${settings})`;
  return {
    from: options.numbered
      ? `(SELECT *, row_number() OVER () AS source_row FROM ${reader})`
      : reader,
    field: () => undefined,
    path: (path) =>
      whole || columns.size === 0 ? valueInRecord(path) : valueInColumn(path, columns),
    fileName: nameOfPath(
      '"source_file"',
      copies.map((c) => ({ path: c.path, name: c.file.name })),
      literal,
    ),
    ...(options.numbered ? { rowNumber: '"source_row"' } : {}),
    notes,
  };
}

/** DuckDB's reader tells columns apart without case. */
function clash(paths: readonly JsonPath[]): boolean {
  const tops = new Set(paths.map((p) => String(p[0])));
  return (
    new Set([...tops].map((t) => t.toLowerCase())).size < tops.size ||
    [...tops].some((t) => t === '' || ['source_file', 'source_row'].includes(t.toLowerCase()))
  );
}

/** A top-level property as the reader delivers it. */
interface TopColumn {
  readonly storage: string;
  /** Its members by name, where it is parsed into them. */
  readonly members?: ReadonlyMap<string, string>;
}

/**
 * DuckDB's type for each top-level property. A real comes as DOUBLE (printing it as text and reading that again
 * costs more than the whole rest); whole numbers come as text, because the reader would round `1.5`.
 */
function topLevelColumns(options: OpenOptions, objects: boolean): Map<string, TopColumn> {
  const columns = new Map<string, TopColumn>();
  const paths = options.columns.flatMap((column) =>
    column.path === undefined ? [] : [{ column, path: parseJsonPath(column.path) }],
  );
  for (const [top, below] of Map.groupBy(paths, ({ path }) => String(path[0]))) {
    const [first, ...others] = below.map(({ column, path }) =>
      path.length > 1 ? 'JSON' : typeOf(column, options),
    );
    const same = others.every((type) => type === first);
    const members = objects ? membersOf(below, options) : undefined;
    columns.set(
      top,
      members
        ? { storage: structType(members), members }
        : { storage: same && first !== undefined ? first : 'JSON' },
    );
  }
  return columns;
}

const structType = (members: ReadonlyMap<string, string>): string =>
  `STRUCT(${[...members].map(([name, type]) => `${ident(name)} ${type}`).join(', ')})`;

function typeOf(column: MappedColumn, options: OpenOptions): string {
  if (column.type === 'dynamic' || column.transform === 'PropertyBagArrayToDictionary')
    return 'JSON';
  const direct = column.type === 'real' && !options.lenient && column.transform === undefined;
  return direct ? 'DOUBLE' : 'VARCHAR';
}

/** Types of the members that paths go through, if each is a name that the reader can tell from the others. */
function membersOf(
  below: readonly { readonly column: MappedColumn; readonly path: JsonPath }[],
  options: OpenOptions,
): ReadonlyMap<string, string> | undefined {
  const members = new Map<string, string>();
  for (const { column, path } of below) {
    const [, name, ...rest] = path;
    if (typeof name !== 'string' || name === '') return undefined;
    const type = rest.length > 0 ? 'JSON' : typeOf(column, options);
    const before = members.get(name);
    members.set(name, before === undefined || before === type ? type : 'JSON');
  }
  const folded = new Set([...members.keys()].map((name) => name.toLowerCase()));
  return folded.size === members.size ? members : undefined;
}

function valueInRecord(path: JsonPath): SourceValue {
  return path.length === 0
    ? { sql: 'json', storage: 'JSON' }
    : { sql: `json_extract(json, ${literal(duckdbJsonPath(path))})`, storage: 'JSON' };
}

function valueInColumn(
  path: JsonPath,
  columns: ReadonlyMap<string, TopColumn>,
): SourceValue | undefined {
  const [top, ...rest] = path;
  const column = columns.get(String(top));
  if (column === undefined) return undefined;
  const name = ident(String(top));
  const [member, ...deeper] = rest;
  const storage = column.members?.get(String(member));
  if (storage !== undefined) return valueIn(`${name}.${ident(String(member))}`, storage, deeper);
  return valueIn(name, column.storage, rest);
}

function valueIn(sql: string, storage: string, rest: JsonPath): SourceValue {
  if (rest.length > 0)
    return { sql: `json_extract(${sql}, ${literal(duckdbJsonPath(rest))})`, storage: 'JSON' };
  return { sql, storage: storage === 'VARCHAR' ? 'TEXT' : storage };
}
